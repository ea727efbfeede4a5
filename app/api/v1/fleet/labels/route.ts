import { route } from "#lib/http/route.ts";
import { createLabel } from "#lib/labels/edit.ts";
import { listLabels } from "#lib/labels/labels.ts";
import {
  createLabelBody,
  labelListReply,
  labelReply,
  listLabelsQuery,
} from "#lib/labels/schema.ts";
import { serializeLabelReply, serializeLabels } from "#lib/labels/serialize.ts";

export const GET = route(
  {
    summary: "Labels with the number of their hosts",
    query: listLabelsQuery,
    response: labelListReply,
    reply: serializeLabels,
  },
  ({ viewer, query }) => listLabels(viewer, query),
);

export const POST = route(
  {
    summary: "Make a label: by SQL, by vitals, or of the hosts listed",
    body: createLabelBody,
    response: labelReply,
    reply: serializeLabelReply,
  },
  ({ viewer, body }) => createLabel(viewer, body),
);

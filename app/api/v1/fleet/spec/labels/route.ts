import { route } from "#lib/http/route.ts";
import {
  labelSpecListReply,
  labelSpecsBody,
  labelSpecsQuery,
  labelSpecsReply,
} from "#lib/labels/schema.ts";
import { serializeSpec } from "#lib/labels/serialize.ts";
import { applyLabelSpecs, listLabelSpecs, type SpecLabel } from "#lib/labels/specs.ts";

export const GET = route(
  {
    summary: "Labels as files describe them",
    response: labelSpecListReply,
    reply: (specs: SpecLabel[]) => ({ specs: specs.map(serializeSpec) }),
  },
  ({ viewer }) => listLabelSpecs(viewer),
);

export const POST = route(
  {
    summary: "Make or replace labels by name, all or none; dry_run=true only tells",
    query: labelSpecsQuery,
    body: labelSpecsBody,
    response: labelSpecsReply,
  },
  ({ viewer, query, body }) => applyLabelSpecs(viewer, body.specs, query.dry_run),
);

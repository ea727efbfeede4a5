import { hostLabelsBody, hostParams } from "#lib/hosts/schema.ts";
import { setHostLabels } from "#lib/hosts/set-labels.ts";
import { route } from "#lib/http/route.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const POST = route(
  {
    summary: "Put a host on the lists of manual labels, by their names",
    params: hostParams,
    body: hostLabelsBody,
    response: emptyReply,
  },
  ({ viewer, params, body }) => setHostLabels(viewer, params.id, body.labels, "add"),
);

export const DELETE = route(
  {
    summary: "Take a host off the lists of manual labels, by their names",
    params: hostParams,
    body: hostLabelsBody,
    response: emptyReply,
  },
  ({ viewer, params, body }) => setHostLabels(viewer, params.id, body.labels, "remove"),
);

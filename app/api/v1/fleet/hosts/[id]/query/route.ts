import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";
import { hostQueryBody, hostQueryReply } from "#lib/runs/campaign-schema.ts";
import { queryHost } from "#lib/runs/host-query.ts";

export const POST = route(
  {
    summary: "Run a live query on one host and wait for its answer",
    params: hostParams,
    body: hostQueryBody,
    response: hostQueryReply,
  },
  ({ viewer, params, body, request }) => queryHost(viewer, params.id, body.query, request.signal),
);

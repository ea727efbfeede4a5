import { identifierParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";
import { hostQueryBody, hostQueryReply } from "#lib/runs/campaign-schema.ts";
import { queryHostByIdentifier } from "#lib/runs/host-query.ts";

export const POST = route(
  {
    summary: "Run a live query on the host that goes by an identifier and wait for its answer",
    params: identifierParams,
    body: hostQueryBody,
    response: hostQueryReply,
  },
  ({ viewer, params, body, request }) =>
    queryHostByIdentifier(viewer, params.identifier, body.query, request.signal),
);

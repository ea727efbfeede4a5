import { flappingQuery, flappingReply } from "#lib/history/history-schema.ts";
import { getFlapping } from "#lib/history/policy-history.ts";
import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "Hosts that changed between pass and fail too often within a day",
    params: policyParams,
    query: flappingQuery,
    response: flappingReply,
  },
  ({ viewer, params, query }) => getFlapping(viewer, params.id, query),
);

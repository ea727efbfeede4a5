import { errorsReply, teamQuery } from "#lib/history/history-schema.ts";
import { getErrors } from "#lib/history/policy-history.ts";
import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "A policy's errors by message and osquery version, and hosts that denylisted it",
    params: policyParams,
    query: teamQuery,
    response: errorsReply,
  },
  ({ viewer, params, query }) => getErrors(viewer, params.id, query),
);

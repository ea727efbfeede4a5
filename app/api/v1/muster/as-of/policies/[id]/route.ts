import { getPolicyThen } from "#lib/history/as-of.ts";
import { policyThenQuery, policyThenReply } from "#lib/history/as-of-schema.ts";
import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "A policy and its counts as they were at a moment",
    params: policyParams,
    query: policyThenQuery,
    response: policyThenReply,
  },
  ({ viewer, params, query }) => getPolicyThen(viewer, params.id, query),
);

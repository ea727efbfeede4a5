import { countsQuery, countsReply } from "#lib/history/history-schema.ts";
import { getPolicyCounts } from "#lib/history/policy-history.ts";
import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "A policy's counts over a day, week, month or year, and as they are now",
    params: policyParams,
    query: countsQuery,
    response: countsReply,
  },
  ({ viewer, params, query }) => getPolicyCounts(viewer, params.id, query),
);

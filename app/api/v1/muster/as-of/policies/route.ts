import { listPoliciesThen } from "#lib/history/as-of.ts";
import { policiesThenQuery, policiesThenReply } from "#lib/history/as-of-schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Policies and their counts as they were at a moment",

    query: policiesThenQuery,
    response: policiesThenReply,
  },
  ({ viewer, query }) => listPoliciesThen(viewer, query),
);

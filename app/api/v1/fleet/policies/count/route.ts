import { route } from "#lib/http/route.ts";
import { countPolicies } from "#lib/policies/policies.ts";
import { countPoliciesQuery, countReply } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "Number of global policies",
    query: countPoliciesQuery,
    response: countReply,
    reply: (count) => ({ count }),
  },
  ({ viewer, query }) => countPolicies(viewer, query),
);

import { route } from "#lib/http/route.ts";
import { countTeamPolicies } from "#lib/policies/policies.ts";
import { countReply, countTeamPoliciesQuery, teamParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "Number of a team's policies",
    params: teamParams,
    query: countTeamPoliciesQuery,
    response: countReply,
    reply: (count) => ({ count }),
  },
  ({ viewer, params, query }) => countTeamPolicies(viewer, params.team_id, query),
);

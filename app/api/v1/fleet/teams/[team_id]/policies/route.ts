import { route } from "#lib/http/route.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { invalidPolicy } from "#lib/policies/invalid.ts";
import { listTeamPolicies } from "#lib/policies/policies.ts";
import {
  createPolicyBody,
  listTeamPoliciesQuery,
  policyReply,
  teamParams,
  teamPolicyListReply,
} from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "A team's policies and those it inherits, counted over the team's hosts",
    params: teamParams,
    query: listTeamPoliciesQuery,
    response: teamPolicyListReply,
    reply: ({ policies, inherited }) => ({ policies, inherited_policies: inherited }),
  },
  ({ viewer, params, query }) => listTeamPolicies(viewer, params.team_id, query),
);

export const POST = route(
  {
    summary: "Make a policy for a team (0: hosts in no team)",
    params: teamParams,
    body: createPolicyBody,
    invalidBody: invalidPolicy,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params, body }) => createPolicy(viewer, params.team_id, body),
);

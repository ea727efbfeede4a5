import { route } from "#lib/http/route.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { invalidPolicy } from "#lib/policies/invalid.ts";
import { getTeamPolicy } from "#lib/policies/policies.ts";
import { modifyPolicyBody, policyReply, teamPolicyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "A policy of a team, or a global one counted over the team's hosts",
    params: teamPolicyParams,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params }) => getTeamPolicy(viewer, params.team_id, params.id),
);

export const PATCH = route(
  {
    summary: "Change the given fields of a team's policy",
    params: teamPolicyParams,
    body: modifyPolicyBody,
    invalidBody: invalidPolicy,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params, body }) => modifyPolicy(viewer, params.team_id, params.id, body),
);

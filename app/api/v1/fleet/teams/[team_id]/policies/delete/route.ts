import { route } from "#lib/http/route.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import { deletedReply, deletePoliciesBody, teamParams } from "#lib/policies/schema.ts";

export const POST = route(
  {
    summary: "Delete policies of a team, all or none",
    params: teamParams,
    body: deletePoliciesBody,
    response: deletedReply,
    reply: (deleted: number[]) => (deleted.length > 0 ? { deleted } : {}),
  },
  ({ viewer, params, body }) => deletePolicies(viewer, params.team_id, body.ids),
);

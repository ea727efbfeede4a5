import { route } from "#lib/http/route.ts";
import { deleteTeam } from "#lib/teams/delete.ts";
import { teamParams, teamReply, updateTeamBody } from "#lib/teams/schema.ts";
import { serializeTeamReply } from "#lib/teams/serialize.ts";
import { getTeam, updateTeam } from "#lib/teams/teams.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const GET = route(
  { summary: "Get a team", params: teamParams, reply: serializeTeamReply, response: teamReply },
  ({ viewer, params }) => getTeam(viewer, { id: params.team_id }),
);

export const PATCH = route(
  {
    summary: "Change a team",
    params: teamParams,
    body: updateTeamBody,
    reply: serializeTeamReply,
    response: teamReply,
  },
  ({ viewer, params, body }) => updateTeam(viewer, { ...body, id: params.team_id }),
);

export const DELETE = route(
  {
    summary: "Delete a team with its policies and secrets; its hosts go to no team",
    params: teamParams,
    response: emptyReply,
  },
  ({ viewer, params }) => deleteTeam(viewer, { id: params.team_id }),
);

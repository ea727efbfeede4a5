import { route } from "#lib/http/route.ts";
import { createTeamBody, listTeamsQuery, teamListReply, teamReply } from "#lib/teams/schema.ts";
import { serializeTeamReply, serializeTeams } from "#lib/teams/serialize.ts";
import { createTeam, listTeams } from "#lib/teams/teams.ts";

export const GET = route(
  { summary: "List teams", query: listTeamsQuery, reply: serializeTeams, response: teamListReply },
  ({ viewer, query }) => listTeams(viewer, query),
);

export const POST = route(
  {
    summary: "Create a team",
    body: createTeamBody,
    reply: serializeTeamReply,
    response: teamReply,
  },
  ({ viewer, body }) => createTeam(viewer, body),
);

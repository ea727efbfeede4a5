import { specQuery } from "#lib/http/list-options.ts";
import { route } from "#lib/http/route.ts";
import { teamAgentOptionsBody, teamParams, teamReply } from "#lib/teams/schema.ts";
import { serializeTeamReply } from "#lib/teams/serialize.ts";
import { setTeamAgentOptions } from "#lib/teams/teams.ts";

export const POST = route(
  {
    summary: "Set what osquery is told on a team's hosts; null takes the global options",
    params: teamParams,
    query: specQuery,
    body: teamAgentOptionsBody,
    strict: true,
    reply: serializeTeamReply,
    response: teamReply,
  },
  ({ viewer, params, query, body }) =>
    setTeamAgentOptions(viewer, { id: params.team_id, options: body, dryRun: query.dry_run }),
);

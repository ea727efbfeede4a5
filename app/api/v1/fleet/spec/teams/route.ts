import { specQuery } from "#lib/http/list-options.ts";
import { route } from "#lib/http/route.ts";
import { specReply, teamSpecsBody } from "#lib/teams/schema.ts";
import { serializeTeamIds } from "#lib/teams/serialize.ts";
import { applyTeamSpecs } from "#lib/teams/specs.ts";

export const POST = route(
  {
    summary: "Create or change teams by name",
    query: specQuery,
    body: teamSpecsBody,
    strict: true,
    reply: serializeTeamIds,
    response: specReply,
  },
  ({ viewer, query, body }) => applyTeamSpecs(viewer, { specs: body.specs, dryRun: query.dry_run }),
);

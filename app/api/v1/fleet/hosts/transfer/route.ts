import { transferHosts } from "#lib/hosts/manage.ts";
import { transferHostsBody } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  { summary: "Move hosts to a team (null: none)", body: transferHostsBody },
  ({ viewer, body }) => transferHosts(viewer, body.team_id, body.hosts),
);

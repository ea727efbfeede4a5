import { invalidSelection } from "#lib/hosts/invalid.ts";
import { transferMatchingHosts } from "#lib/hosts/manage.ts";
import { transferFilteredBody } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "Move the hosts that match filters to a team (null: none)",
    body: transferFilteredBody,
    invalidBody: invalidSelection,
  },
  ({ viewer, body }) => transferMatchingHosts(viewer, body.team_id, body.filters),
);

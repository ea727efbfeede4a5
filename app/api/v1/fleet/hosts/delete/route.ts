import { invalidSelection } from "#lib/hosts/invalid.ts";
import { deleteHosts, deleteMatchingHosts } from "#lib/hosts/manage.ts";
import { deleteHostsBody } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "Delete hosts by ids or by filters",
    body: deleteHostsBody,
    invalidBody: invalidSelection,
  },
  ({ viewer, body }) =>
    body.filters ? deleteMatchingHosts(viewer, body.filters) : deleteHosts(viewer, body.ids ?? []),
);

import { listHosts } from "#lib/hosts/hosts.ts";
import { hostListReply } from "#lib/hosts/json.ts";
import { listHostsQuery } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Hosts, filtered, ordered and paged",
    query: listHostsQuery,
    response: hostListReply,
    reply: (hosts) => ({ hosts }),
  },
  ({ viewer, query }) => listHosts(viewer, query),
);

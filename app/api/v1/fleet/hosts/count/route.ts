import { countHosts } from "#lib/hosts/hosts.ts";
import { hostCountReply } from "#lib/hosts/json.ts";
import { countHostsQuery } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Number of hosts that a list with these filters has",
    query: countHostsQuery,
    response: hostCountReply,
    reply: (count) => ({ count }),
  },
  ({ viewer, query }) => countHosts(viewer, query),
);

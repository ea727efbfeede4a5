import { searchHosts } from "#lib/hosts/hosts.ts";
import { hostListReply } from "#lib/hosts/json.ts";
import { searchHostsBody } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "The first few hosts that match a text",
    body: searchHostsBody,
    response: hostListReply,
    reply: (hosts) => ({ hosts }),
  },
  ({ viewer, body }) => searchHosts(viewer, body.query, body.excluded_host_ids ?? []),
);

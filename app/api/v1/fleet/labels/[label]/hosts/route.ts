import { listHosts } from "#lib/hosts/hosts.ts";
import { hostListReply } from "#lib/hosts/json.ts";
import { listHostsQuery } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";
import { labelParams } from "#lib/labels/schema.ts";

export const GET = route(
  {
    summary: "Hosts that are members of a label",
    params: labelParams,
    query: listHostsQuery,
    response: hostListReply,
    reply: (hosts) => ({ hosts }),
  },
  ({ viewer, params, query }) => listHosts(viewer, { ...query, label_id: params.label }),
);

import { route } from "#lib/http/route.ts";
import { listRunHosts } from "#lib/runs/runs.ts";
import { listRunHostsQuery, runHostsReply, runParams } from "#lib/runs/schema.ts";
import { serializeRunHosts } from "#lib/runs/serialize.ts";

export const GET = route(
  {
    summary: "Hosts of a run with their answers, one page",
    params: runParams,
    query: listRunHostsQuery,
    reply: serializeRunHosts,
    response: runHostsReply,
  },
  ({ viewer, params, query }) => listRunHosts(viewer, params.id, query),
);

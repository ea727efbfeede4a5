import { summarizeHosts } from "#lib/hosts/hosts.ts";
import { hostSummaryReply } from "#lib/hosts/json.ts";
import { hostSummaryQuery } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Numbers of hosts by status, platform and verdict",
    query: hostSummaryQuery,
    response: hostSummaryReply,
  },
  ({ viewer, query }) => summarizeHosts(viewer, query),
);

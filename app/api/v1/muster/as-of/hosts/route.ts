import { listHostsThen } from "#lib/history/as-of.ts";
import { hostsThenQuery, hostsThenReply } from "#lib/history/as-of-schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Hosts as they were at a moment, also by their state on a policy then",

    query: hostsThenQuery,
    response: hostsThenReply,
  },
  ({ viewer, query }) => listHostsThen(viewer, query),
);

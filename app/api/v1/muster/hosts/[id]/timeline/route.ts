import { timelineQuery, timelineReply } from "#lib/history/history-schema.ts";
import { getTimeline } from "#lib/history/timeline.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "How a host's states changed, newest first",
    params: hostParams,
    query: timelineQuery,
    response: timelineReply,
  },
  ({ viewer, params, query }) => getTimeline(viewer, params.id, query),
);

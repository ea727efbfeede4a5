import { route } from "#lib/http/route.ts";
import { streamRun } from "#lib/runs/events.ts";
import { runParams } from "#lib/runs/schema.ts";

export const GET = route(
  {
    summary: "A run as server-sent events: hello, hosts as they answer, totals, done",
    params: runParams,
  },
  ({ viewer, params, request }) =>
    streamRun(viewer, params.id, {
      signal: request.signal,
      lastEventId: request.headers.get("last-event-id"),
    }),
);

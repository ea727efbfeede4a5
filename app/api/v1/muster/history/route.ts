import { historyReply } from "#lib/history/history-schema.ts";
import { getHistoryLimits } from "#lib/history/limits.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  { summary: "How far back one can look", response: historyReply },
  ({ viewer }) => getHistoryLimits(viewer),
);

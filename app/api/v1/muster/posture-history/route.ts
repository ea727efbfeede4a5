import { route } from "#lib/http/route.ts";
import { getPostureHistory } from "#lib/posture/posture.ts";
import { postureHistoryQuery, postureHistoryReply } from "#lib/posture/schema.ts";
import { serializePostureHistory } from "#lib/posture/serialize.ts";

export const GET = route(
  {
    summary: "How the fleet stood over the last days, in at most 200 points",
    query: postureHistoryQuery,
    reply: serializePostureHistory,
    response: postureHistoryReply,
  },
  ({ viewer, query }) => getPostureHistory(viewer, { teamId: query.team_id, days: query.days }),
);

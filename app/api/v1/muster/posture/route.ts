import { route } from "#lib/http/route.ts";
import { getPosture } from "#lib/posture/posture.ts";
import { postureQuery, postureReply } from "#lib/posture/schema.ts";
import { serializePosture } from "#lib/posture/serialize.ts";

export const GET = route(
  {
    summary: "The live counts of all policies together, and which policies most hosts fail",
    query: postureQuery,
    reply: serializePosture,
    response: postureReply,
  },
  ({ viewer, query }) => getPosture(viewer, { teamId: query.team_id }),
);

import { rollUpThenQuery } from "#lib/history/roll-up-schema.ts";
import { route } from "#lib/http/route.ts";
import { getPostureThen } from "#lib/posture/then.ts";
import { postureThenReply } from "#lib/posture/then-schema.ts";

export const GET = route(
  {
    summary: "How the fleet stood at a moment, with the answers to a page of the policies then",
    query: rollUpThenQuery,
    response: postureThenReply,
  },
  ({ viewer, query }) => getPostureThen(viewer, query),
);

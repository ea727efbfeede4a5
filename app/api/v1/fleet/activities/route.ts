import { listActivities } from "#lib/activities/activities.ts";
import { activitiesReply, listActivitiesQuery } from "#lib/activities/schema.ts";
import { serializeActivities } from "#lib/activities/serialize.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "List who did what",
    query: listActivitiesQuery,
    reply: serializeActivities,
    response: activitiesReply,
  },
  ({ viewer, query }) => listActivities(viewer, query),
);

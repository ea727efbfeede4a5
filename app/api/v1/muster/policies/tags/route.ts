import { route } from "#lib/http/route.ts";
import { tagsQuery, tagsReply } from "#lib/policies/action-schema.ts";
import { rollUpTags } from "#lib/policies/tag-roll-up.ts";

export const GET = route(
  {
    summary: "Tags and frameworks of a team's policies, or of those for all teams, rolled up",
    query: tagsQuery,
    response: tagsReply,
  },
  ({ viewer, query }) => rollUpTags(viewer, query.team_id ?? null),
);

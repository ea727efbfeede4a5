import { rollUpThenQuery, tagsThenReply } from "#lib/history/roll-up-schema.ts";
import { rollUpTagsThen } from "#lib/history/tags-then.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Tags and frameworks that policies had at a moment, rolled up over a page of them",
    query: rollUpThenQuery,
    response: tagsThenReply,
  },
  ({ viewer, query }) => rollUpTagsThen(viewer, query),
);

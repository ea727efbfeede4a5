import { route } from "#lib/http/route.ts";
import { checkBody, checkReply } from "#lib/tables/schema.ts";
import { checkQuery } from "#lib/tables/tables.ts";

export const POST = route(
  {
    summary: "What osquery would make of a query: errors, warnings, tables and platforms",
    body: checkBody,
    response: checkReply,
  },
  ({ viewer, body }) => checkQuery(viewer, body.query),
);

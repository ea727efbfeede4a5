import { route } from "#lib/http/route.ts";
import { learnedTablesReply } from "#lib/tables/schema.ts";
import { serializeLearnedTables } from "#lib/tables/serialize.ts";
import { listLearnedTables } from "#lib/tables/tables.ts";

export const GET = route(
  {
    summary: "Tables that hosts' extensions add to osquery's own",
    response: learnedTablesReply,
    reply: serializeLearnedTables,
  },
  ({ viewer }) => listLearnedTables(viewer),
);

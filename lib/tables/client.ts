import { queryOptions } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { createSchema } from "#lib/osquery/schema.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import type { LearnedTablesReply } from "./schema.ts";

/** Extensions change when somebody rolls them out. */
const FRESH_MS = 300_000;

/** osquery's tables with those of hosts' extensions. `learned` are the latter alone. */
export const schemaOptions = () =>
  queryOptions({
    queryKey: ["sql", "tables"],
    queryFn: async ({ signal }) => {
      const { tables } = await api.get<LearnedTablesReply>("/muster/sql/tables", { signal });
      const learned = tables.map(tableOf);
      return { learned, schema: createSchema(learned) };
    },
    staleTime: FRESH_MS,
  });

function tableOf({ name, platforms, columns }: LearnedTablesReply["tables"][number]): OsqueryTable {
  const plain = { hidden: false, index: false, required: false };
  return {
    name,
    platforms,
    aliases: [],
    evented: false,
    columns: columns.map((column) => ({ ...column, ...plain })),
  };
}

export const fetchCheck = (query: string): Promise<SqlCheck> =>
  api.post<SqlCheck>("/muster/sql/check", { body: { query } });

import type { OsqueryTable } from "#lib/osquery/tables.ts";
import type { LearnedTablesReply } from "./schema.ts";

export const serializeLearnedTables = (tables: readonly OsqueryTable[]): LearnedTablesReply => ({
  tables: tables.map(({ name, platforms, columns }) => ({
    name,
    platforms: [...platforms],
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      platforms: [...column.platforms],
    })),
  })),
});

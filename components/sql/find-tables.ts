import type { OsqueryTable } from "#lib/osquery/tables.ts";

export interface FoundTable {
  table: OsqueryTable;
  /** The column by which it was found, when nothing else tells. */
  column?: string;
}

/** Names that begin so, then names that hold it, then what tables hold, then columns. */
export function findTables(
  tables: readonly OsqueryTable[],
  search: string,
  says: (table: OsqueryTable) => string,
): FoundTable[] {
  const text = search.trim().toLowerCase();
  const byRank: [FoundTable[], FoundTable[], FoundTable[], FoundTable[]] = [[], [], [], []];
  for (const table of tables) {
    const names = [table.name, ...table.aliases];
    const column = table.columns.find(({ name }) => name.toLowerCase().includes(text))?.name;
    if (names.some((name) => name.startsWith(text))) byRank[0].push({ table });
    else if (names.some((name) => name.includes(text))) byRank[1].push({ table });
    else if (says(table).toLowerCase().includes(text)) byRank[2].push({ table });
    else if (column) byRank[3].push({ table, column });
  }
  return byRank.flat();
}

import { type OsqueryTable, osqueryTables } from "./tables.ts";

/** The tables that a statement may read: osquery's own, and those that hosts' extensions add. */
export interface OsquerySchema {
  tables: readonly OsqueryTable[];
  /** By its name or an older one, in any case. */
  find: (name: string) => OsqueryTable | undefined;
}

/** osquery's own tables win over learned ones of the same name. */
export function createSchema(learned: readonly OsqueryTable[] = []): OsquerySchema {
  const byName = new Map<string, OsqueryTable>();
  for (const table of [...learned, ...osqueryTables]) {
    for (const name of [table.name, ...table.aliases]) byName.set(name.toLowerCase(), table);
  }
  const tables = [...new Set(byName.values())].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { tables, find: (name) => byName.get(name.toLowerCase()) };
}

export const osquerySchema: OsquerySchema = createSchema();

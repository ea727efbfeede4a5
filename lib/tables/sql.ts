import { sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { osqueryTables } from "#db/schema/system.ts";
import type { LearnedTable } from "#lib/osquery/learned.ts";

/** More than any set of extensions has; a host that invents names fills no database. */
export const LEARNED_TABLES_MAX = 500;

/** Tables of hosts' extensions, which every team's hosts may have told of. */
export function selectLearnedTables(executor: Executor): Promise<LearnedTable[]> {
  const { name, platform, columns } = osqueryTables;
  return executor
    .select({ name, platform, columns })
    .from(osqueryTables)
    .orderBy(name, platform)
    .limit(LEARNED_TABLES_MAX);
}

/** Writes down tables with all of their columns. In order of the key. */
export async function upsertLearnedTables(
  executor: Executor,
  tables: readonly LearnedTable[],
  now: Date,
): Promise<void> {
  if (tables.length === 0) return;
  await executor
    .insert(osqueryTables)
    .values(tables.map((one) => ({ ...one, columns: [...one.columns], firstSeenAt: now })))
    .onDuplicateKeyUpdate({ set: { columns: sql`VALUES(${osqueryTables.columns})` } });
}

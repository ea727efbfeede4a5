import { sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { settings } from "#db/schema/system.ts";
import type { Settings } from "./schema.ts";

export async function selectSettings(executor: Executor): Promise<Record<string, unknown>> {
  const rows = await executor.select().from(settings);
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

/** Writes only what is given: a setting nobody touched keeps following its default. */
export async function upsertSettings(executor: Executor, values: Partial<Settings>, at: Date) {
  const rows = Object.entries(values).map(([name, value]) => ({ name, value, updatedAt: at }));
  await executor
    .insert(settings)
    .values(rows)
    .onDuplicateKeyUpdate({
      set: { value: sql`values(${settings.value})`, updatedAt: at },
    });
}

import { eq, sql } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { revisions } from "#db/schema/system.ts";

/**
 * What processes keep copies of. policies: the policies and what decides their scope. config:
 * settings, teams' agent options, enroll secrets.
 */
export type RevisionName = "policies" | "config";

/**
 * Tells every process to read `name` again, within about a second of the commit. Call it first in
 * the transaction of a change: the row lock keeps two changes apart. Returns the new value.
 */
export async function raiseRevision(tx: Transaction, name: RevisionName): Promise<number> {
  await tx
    .insert(revisions)
    .values({ name, value: 1 })
    .onDuplicateKeyUpdate({ set: { value: sql`${revisions.value} + 1` } });
  return readRevision(tx, name);
}

export async function readRevision(executor: Executor, name: RevisionName): Promise<number> {
  const [row] = await executor.select().from(revisions).where(eq(revisions.name, name));
  return row?.value ?? 0;
}

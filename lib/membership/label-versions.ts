import { inArray, type SQL, sql } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import type { Transaction } from "#db/client.ts";
import { labelVersions } from "#db/schema/labels.ts";

/** What decides who is a member, and what people know a label by. */
const COLUMNS = ["name", "query", "platform", "membership_type", "criteria"];
const list = COLUMNS.join(", ");
const fromLabels = COLUMNS.map((column) => `l.${column}`).join(", ");
const isSame = COLUMNS.map((column) => `v.${column} <=> l.${column}`).join(" AND ");
const replaced = COLUMNS.map((column) => `${column} = VALUES(${column})`).join(", ");

/**
 * Writes down what labels are from `at` on, as their rows say by now in this transaction; without ids,
 * of every label. Whoever edits labels holds the policies revision.
 */
export async function recordLabelVersions(
  tx: Transaction,
  at: Date,
  labelIds?: readonly number[],
): Promise<void> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT l.id FROM labels l LEFT JOIN label_versions v ON v.label_id = l.id AND v.ended_at IS NULL
     WHERE ${labelIds ? "l.id IN (?) AND " : ""}(v.label_id IS NULL OR NOT (${isSame}))`,
    [labelIds],
  );
  if (rows.length === 0) return;
  const changed = rows.map((row) => row.id);
  await endWhere(tx, inArray(labelVersions.labelId, changed), at);
  await tx.$client.query(
    `INSERT INTO label_versions (label_id, at, ${list})
     SELECT l.id, ?, ${fromLabels} FROM labels l WHERE l.id IN (?)
     ON DUPLICATE KEY UPDATE ended_at = NULL, ${replaced}`,
    [at, changed],
  );
}

/** Labels that are gone end here. */
export const endLabelVersions = (tx: Transaction, at: Date): Promise<void> =>
  endWhere(tx, sql`not exists (select 1 from labels l where l.id = ${labelVersions.labelId})`, at);

async function endWhere(tx: Transaction, which: SQL, at: Date): Promise<void> {
  await tx
    .update(labelVersions)
    .set({ endedAt: sql`greatest(${labelVersions.at}, ${at})` })
    .where(sql`${which} and ${labelVersions.endedAt} is null`);
}

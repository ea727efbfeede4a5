import { inArray, sql } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import type { Executor, Transaction } from "#db/client.ts";
import { hostVersions } from "#db/schema/hosts.ts";

/**
 * What is written of a host over time: what decides its scope and its labels by vitals (vitals.ts), and
 * what people know it by.
 */
const COLUMNS = [
  "team_id",
  "platform_family",
  "platform",
  "display_name",
  "hostname",
  "hardware_serial",
  "os_version",
  "os_name",
  "hardware_vendor",
  "hardware_model",
  "cpu_type",
  "osquery_version",
];
const list = COLUMNS.join(", ");
const fromHosts = COLUMNS.map((column) => `h.${column}`).join(", ");
const isSame = COLUMNS.map((column) => `v.${column} <=> h.${column}`).join(" AND ");
const replaced = COLUMNS.map((column) => `${column} = VALUES(${column})`).join(", ");

/**
 * Writes down what hosts are from `at` on, as their rows say by now in this transaction. Details
 * arrive every hour and hardly ever say anything new, so this is one read then.
 */
export async function recordHostVersions(
  tx: Transaction,
  hostIds: readonly number[],
  at: Date,
): Promise<void> {
  if (hostIds.length === 0) return;
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT h.id FROM hosts h LEFT JOIN host_versions v ON v.host_id = h.id AND v.ended_at IS NULL
     WHERE h.id IN (?) AND (v.host_id IS NULL OR NOT (${isSame}))`,
    [hostIds],
  );
  if (rows.length === 0) return;
  const changed = rows.map((row) => row.id);
  await endHostVersions(tx, changed, at);
  await beginHostVersions(tx, changed, at);
}

/** As their rows say. Hosts that have an open version must end it first. */
export async function beginHostVersions(
  executor: Executor,
  hostIds: readonly number[],
  at: Date,
): Promise<void> {
  await executor.$client.query(
    `INSERT INTO host_versions (host_id, at, ${list})
     SELECT h.id, ?, ${fromHosts} FROM hosts h WHERE h.id IN (?)
     ON DUPLICATE KEY UPDATE ended_at = NULL, ${replaced}`,
    [at, hostIds],
  );
}

/** A host that is gone ends here; what it was stays readable until the history is deleted. */
export async function endHostVersions(
  executor: Executor,
  hostIds: readonly number[],
  at: Date,
): Promise<void> {
  await executor
    .update(hostVersions)
    .set({ endedAt: sql`greatest(${hostVersions.at}, ${at})` })
    .where(sql`${inArray(hostVersions.hostId, [...hostIds])} and ${hostVersions.endedAt} is null`);
}

import type { RowDataPacket } from "mysql2/promise";
import type { Database, Transaction } from "#db/client.ts";
import { AHEAD_SECONDS } from "#lib/membership/status.ts";

const IS_FUTURE = `> UTC_TIMESTAMP(3) + INTERVAL ${AHEAD_SECONDS} SECOND`;

/** Hosts, deleted ones too, whose row was written at a time that has not come yet. */
export async function selectHostsFromFuture(db: Database, limit: number): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT host_id FROM host_agents WHERE changed_at ${IS_FUTURE} ORDER BY changed_at LIMIT ?`,
    [limit],
  );
  return rows.map((row) => row.host_id);
}

/** Those that are left after the others have been written are of deleted hosts. */
export async function mendTombstones(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  await tx.$client.query(
    `UPDATE host_agents SET changed_at = UTC_TIMESTAMP(3)
     WHERE host_id IN (?) AND changed_at ${IS_FUTURE}`,
    [hostIds],
  );
}

export async function selectPoliciesFromFuture(db: Database): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT id FROM policies WHERE run_requested_at ${IS_FUTURE}`,
  );
  return rows.map((row) => row.id);
}

export async function mendPolicyTimes(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.$client.query(
    `UPDATE policies SET run_requested_at = UTC_TIMESTAMP(3)
     WHERE id IN (?) AND run_requested_at ${IS_FUTURE}`,
    [ids],
  );
}

/** Rows per statement, which locks them against the agents' own. */
const SEEN_PER_STATEMENT = 2_000;

/** Contact counts as of now: who is gone is missed as soon as after any other contact. */
export async function mendSeenTimes(db: Database, now: Date): Promise<void> {
  for (;;) {
    const [rows] = await db.$client.query<RowDataPacket[]>(
      `SELECT host_id FROM host_seen WHERE seen_at ${IS_FUTURE} LIMIT ?`,
      [SEEN_PER_STATEMENT],
    );
    if (rows.length === 0) return;
    const ids = rows.map((row) => row.host_id).sort((a, b) => a - b);
    await db.$client.query("UPDATE host_seen SET seen_at = ? WHERE host_id IN (?)", [now, ids]);
  }
}

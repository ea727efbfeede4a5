import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, ResultSetHeader } from "mysql2/promise";
import { errorNumber } from "./outage.ts";

/** Whoever died at it is waited for this long; who lives renews three times within. */
const LOCK_SECONDS = 15;
const RENEW_MS = 5_000;
const POLL_MS = 200;
const ER_LOCK_DEADLOCK = 1213;

const UNTIL = `UTC_TIMESTAMP() + INTERVAL ${LOCK_SECONDS} SECOND`;

/** On a cluster, of two that take the row at the same time one is told of a deadlock. */
async function take(connection: Connection): Promise<boolean> {
  try {
    const [result] = await connection.query<ResultSetHeader>(
      `UPDATE migration_lock SET taken_at = ${UNTIL}
       WHERE id = 1 AND (taken_at IS NULL OR taken_at <= UTC_TIMESTAMP())`,
    );
    return result.affectedRows === 1;
  } catch (error) {
    if (errorNumber(error) === ER_LOCK_DEADLOCK) return false;
    throw error;
  }
}

/**
 * Runs `work` while no other server does so on this database: waits for its turn, and keeps it by a
 * time in a row, of the database's clock. A lock on the row would hold on one node of a cluster
 * alone, and named locks (GET_LOCK) likewise.
 */
export async function inTurn(connection: Connection, work: () => Promise<void>): Promise<void> {
  // The column says until when; its name is older.
  await connection.query(
    "CREATE TABLE IF NOT EXISTS migration_lock (id int PRIMARY KEY, taken_at datetime)",
  );
  await connection.query("INSERT IGNORE INTO migration_lock (id) VALUES (1)");
  while (!(await take(connection))) await sleep(POLL_MS);
  const write = (value: string) =>
    connection.query(`UPDATE migration_lock SET taken_at = ${value} WHERE id = 1`).catch(() => {
      // It runs out by itself.
    });
  const renewing = setInterval(() => write(UNTIL), RENEW_MS);
  try {
    await work();
  } finally {
    clearInterval(renewing);
    await write("NULL");
  }
}

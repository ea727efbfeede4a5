import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import { KEPT_DAYS } from "./limits.ts";

/** A step of removing the oldest run that is past its days: its answers, then itself. */
export async function deleteOldRuns(db: Database, limit: number): Promise<number> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT id FROM runs WHERE expires_at < UTC_TIMESTAMP(3) - INTERVAL ${KEPT_DAYS} DAY
     ORDER BY expires_at LIMIT 1`,
  );
  const runId = rows[0]?.id;
  if (runId === undefined) return 0;
  const [hosts] = await db.$client.query<ResultSetHeader>(
    "DELETE FROM run_hosts WHERE run_id = ? LIMIT ?",
    [runId, limit],
  );
  if (hosts.affectedRows > 0) return hosts.affectedRows;
  const [run] = await db.$client.query<ResultSetHeader>("DELETE FROM runs WHERE id = ?", [runId]);
  return run.affectedRows;
}

import type { Executor, Transaction } from "#db/client.ts";

/** Until when a verdict is that has not changed since. A key cannot be null. */
export const FOREVER = new Date("9999-12-31T00:00:00Z");

/** No verdict is shorter, so that a host's rows follow each other without a gap and none is overwritten. */
const SHORTEST = "INTERVAL 1000 MICROSECOND";

/**
 * Writes down what hosts' verdicts are from `at` on, as their rows say by now in this transaction, which
 * holds them. One statement ends what was and begins what is; where nothing differs it writes nothing.
 */
export async function recordVerdicts(
  executor: Executor,
  hostIds: readonly number[],
  at: Date,
): Promise<void> {
  if (hostIds.length === 0) return;
  const since = `greatest(cast(? AS datetime(3)), ifnull(v.at + ${SHORTEST}, cast(? AS datetime(3))))`;
  const differing = `FROM hosts h LEFT JOIN host_verdicts v ON v.host_id = h.id AND v.ended_at = ?
    WHERE h.id IN (?) AND NOT v.verdict <=> h.verdict`;
  await executor.$client.query(
    `INSERT INTO host_verdicts (host_id, ended_at, at, verdict)
     SELECT v.host_id, ${since}, v.at, v.verdict ${differing} AND v.host_id IS NOT NULL
     UNION ALL SELECT h.id, ?, ${since}, h.verdict ${differing}
     ON DUPLICATE KEY UPDATE at = VALUES(at), verdict = VALUES(verdict)`,
    [at, at, FOREVER, hostIds, FOREVER, at, at, FOREVER, hostIds],
  );
}

/** A host that is gone has no verdict from here on; what it was stays readable. */
export async function endVerdicts(
  tx: Transaction,
  hostIds: readonly number[],
  at: Date,
): Promise<void> {
  await tx.$client.query(
    `UPDATE host_verdicts SET ended_at = greatest(cast(? AS datetime(3)), at + ${SHORTEST})
     WHERE host_id IN (?) AND ended_at = ?`,
    [at, hostIds, FOREVER],
  );
}

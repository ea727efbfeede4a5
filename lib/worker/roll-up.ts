import { type Database, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { recountPolicy } from "#lib/membership/retire-policy.ts";
import type { Job } from "./job.ts";
import {
  lockPolicies,
  selectDriftingHosts,
  selectPolicyIds,
  selectTotals,
  updateCountedAt,
} from "./sql.ts";

const HOUR_SECONDS = 3_600;
export const COUNTS_OFF = "counts were off and have been repaired";

/**
 * Counts every policy's hosts anew once an hour and repairs the live counts. They should never be
 * off; the metric says when they were.
 */
export function rollUp(): Job {
  return {
    name: "roll up",
    everySeconds: HOUR_SECONDS,
    run: async ({ db, log, metrics, isOver }) => {
      for (const policyId of await selectPolicyIds(db)) {
        if (isOver()) return;
        const drift = await rollUpPolicy(db, policyId);
        if (drift === 0) continue;
        metrics.statsDrift.inc(drift);
        log.warn({ policyId, hosts: drift }, COUNTS_OFF);
      }
    },
  };
}

/**
 * Recounts one policy; returns by how many hosts its counts were off. Looks first without a lock:
 * counting 100,000 rows takes long, and answers would wait for all of it to learn that all is well.
 */
export async function rollUpPolicy(db: Database, policyId: number): Promise<number> {
  if ((await selectDriftingHosts(db, policyId)) > 0) return repairPolicy(db, policyId);
  await updateCountedAt(db, policyId, new Date());
  return 0;
}

/** Counts again while answers wait, and replaces the counts. */
function repairPolicy(db: Database, policyId: number): Promise<number> {
  return transaction(
    db,
    async (tx) => {
      const revision = await lockPolicies(tx, policyId);
      if (revision === undefined) return 0;
      const before = await selectTotals(tx, policyId);
      await recountPolicy(tx, { id: policyId, revision });
      const after = await selectTotals(tx, policyId);
      const keys = new Set([...before.keys(), ...after.keys()]);
      const off = [...keys].map((key) => Math.abs((before.get(key) ?? 0) - (after.get(key) ?? 0)));
      return off.reduce((sum, hosts) => sum + hosts, 0);
    },
    { limitMs: HEAVY_MS },
  );
}

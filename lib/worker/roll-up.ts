import { type Database, transaction } from "#db/client.ts";
import type { Job } from "./job.ts";
import {
  addToCounts,
  type CountsVersion,
  type Drift,
  lockCounts,
  selectDrift,
  selectPolicyIds,
  updateCountedAt,
} from "./roll-up-sql.ts";

const HOUR_SECONDS = 3_600;
/** Somebody edits policies just then; an hour later nobody does. */
const REPAIRS_MAX = 3;
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
 * Recounts one policy; returns by how many hosts its counts were off. Nothing waits for that: counts move
 * with answers by adding, so what was off at one moment can be added later.
 */
export async function rollUpPolicy(db: Database, policyId: number): Promise<number> {
  for (let attempt = 0; attempt < REPAIRS_MAX; attempt++) {
    const { drift, version } = await selectDrift(db, policyId);
    const off = drift.filter((team) => hostsOff(team) > 0);
    if (off.length === 0) break;
    if (await repair(db, policyId, off, version))
      return off.reduce((n, team) => n + hostsOff(team), 0);
  }
  await updateCountedAt(db, policyId);
  return 0;
}

const hostsOff = ({ passing, failing, erroring, stale, exempt }: Drift): number =>
  [passing, failing, erroring, stale, exempt].reduce((sum, hosts) => sum + Math.abs(hosts), 0);

/** False where the counts have been replaced since they were looked at: what was off is off no more. */
function repair(
  db: Database,
  policyId: number,
  off: readonly Drift[],
  version: CountsVersion,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { policiesRevision, countedAt } = await lockCounts(tx, policyId);
    const isSame =
      policiesRevision === version.policiesRevision &&
      countedAt?.getTime() === version.countedAt?.getTime();
    if (!isSame) return false;
    for (const team of off) await addToCounts(tx, policyId, team);
    await updateCountedAt(tx, policyId);
    return true;
  });
}

import { type Database, transaction } from "#db/client.ts";
import type { Metrics } from "#lib/metrics.ts";
import { GroupCommit } from "./group-commit.ts";
import { isOutage } from "./outage.ts";
import type { PlanItem } from "./plan.ts";
import { upsertAsked } from "./sql.ts";

/**
 * An answer names the policy but not the SQL it was given to. Whoever takes it must know what the
 * host was asked: this process remembers, and for SQL that changed less than this ago the asking is
 * written down before the host hears it, because the answer may reach another server, or this one
 * after a restart. An answer without any witness counts only for SQL in force longer than this.
 */
export const UNWITNESSED_MS = 10 * 60_000;
/** Two servers' idea of now may differ a little. */
const MARGIN_MS = 60_000;

const ASKINGS_PER_COMMIT = 500;
const ASKINGS_WAITING_MAX = 20_000;

export interface Asking {
  hostId: number;
  atMs: number;
  /** The policies revision that the SQL comes from. */
  revision: number;
}

/** Whether somebody must be able to tell later which SQL these items had. */
export function needsWitness(items: readonly PlanItem[], nowMs: number): boolean {
  return items.some(
    ({ policy }) => nowMs - policy.queryChangedAt.getTime() < UNWITNESSED_MS + MARGIN_MS,
  );
}

/** Writes askings in batches; `add` resolves when the asking is in the database. */
export function askingBuffer(db: Database, metrics: Metrics): GroupCommit<Asking> {
  return new GroupCommit<Asking>({
    name: "askings",
    batchMax: ASKINGS_PER_COMMIT,
    waitingMax: ASKINGS_WAITING_MAX,
    metrics,
    isOutage,
    commit: (batch) => {
      const latest = new Map(batch.map((asking) => [asking.hostId, asking]));
      const rows = [...latest.values()]
        .sort((a, b) => a.hostId - b.hostId)
        .map(({ hostId, atMs, revision }) => ({ hostId, at: new Date(atMs), revision }));
      return transaction(db, (tx) => upsertAsked(tx, rows));
    },
  });
}

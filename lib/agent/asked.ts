import { type Database, transaction } from "#db/client.ts";
import { isOutage } from "#db/outage.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { GroupCommit } from "./group-commit.ts";
import { upsertAsked } from "./sql.ts";

/*
 * An answer names the policy but not the SQL it was given to. Whoever takes it must know what the
 * host was asked: this process remembers, and SQL newer than any the host is known to have been
 * handed is written down before the host hears it, because the answer may reach another server, or
 * this one after a restart. An answer without a witness does not count: an old pass must not stand
 * for new SQL, and how late it may come nobody knows (a laptop sleeps for weeks).
 *
 * Rejected: trusting answers to SQL that has been in force for long. It spares one row per host and
 * edit, and takes what was found before the edit for an answer to it.
 */

const ASKINGS_PER_COMMIT = 500;
const ASKINGS_WAITING_MAX = 20_000;

export interface Asking {
  hostId: number;
  atMs: number;
  /** The newest SQL handed out, as policies.query_revision. */
  revision: number;
}

/** Writes askings in batches; `add` resolves when the asking is in the database. */
export function askingBuffer(db: Database, metrics: Metrics, log: Log): GroupCommit<Asking> {
  return new GroupCommit<Asking>({
    name: "askings",
    batchMax: ASKINGS_PER_COMMIT,
    waitingMax: ASKINGS_WAITING_MAX,
    metrics,
    log,
    isOutage,
    commit: (batch) => {
      const oldestFirst = batch.toSorted((a, b) => a.revision - b.revision);
      const newest = new Map(oldestFirst.map((asking) => [asking.hostId, asking]));
      const rows = [...newest.values()]
        .sort((a, b) => a.hostId - b.hostId)
        .map(({ hostId, atMs, revision }) => ({ hostId, at: new Date(atMs), revision }));
      return transaction(db, (tx) => upsertAsked(tx, rows));
    },
  });
}

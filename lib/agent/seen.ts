import type { Database } from "#db/client.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import type { HostEntry } from "./host-entry.ts";
import { updateSeen } from "./sql.ts";

/**
 * Contact is written down this seldom per host. Online means seen within the check-in interval and
 * a minute, so this must stay well under a minute.
 */
const SEEN_WRITE_INTERVAL_MS = 20_000;
const FLUSH_INTERVAL_MS = 1_000;
/** Hosts remembered while the database is away; more are forgotten, and seen again in 20 s. */
const WAITING_MAX = 200_000;

/** Collects when hosts were in contact and writes them in batches: a check-in itself writes nothing. */
export class SeenWriter {
  private waiting = new Set<number>();
  /** Of those that wait. */
  private newestMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private readonly db: Database;
  private readonly failures: FailureLog;

  constructor(db: Database, log: Log) {
    this.db = db;
    this.failures = new FailureLog(log, "times of contact not written");
  }

  start(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Notes that a host was in contact. */
  seen(entry: HostEntry, nowMs: number): void {
    const sinceMs = nowMs - entry.seenWrittenAtMs;
    // Written at a time that has not come yet: the clock was put back.
    if (sinceMs >= 0 && sinceMs < SEEN_WRITE_INTERVAL_MS) return;
    if (this.waiting.size >= WAITING_MAX) return;
    this.waiting.add(entry.hostId);
    this.newestMs = nowMs;
    entry.seenWrittenAtMs = nowMs;
  }

  /**
   * Writes what is waiting, with one time for all, which is a second late at the most. A failure
   * drops it: hosts are in contact again soon.
   */
  flush(): Promise<void> {
    if (this.waiting.size === 0) return this.flushing;
    // In order of id: two servers that write the same hosts must lock them in the same order.
    const hostIds = [...this.waiting].sort((a, b) => a - b);
    const seenAt = new Date(this.newestMs);
    this.waiting = new Set();
    this.flushing = this.flushing
      .then(() => updateSeen(this.db, hostIds, seenAt))
      .then(
        () => this.failures.worked(),
        (err: unknown) => this.failures.failed(err),
      );
    return this.flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}

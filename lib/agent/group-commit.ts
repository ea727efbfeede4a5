import { outage } from "#db/outage.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { OnceAMinute } from "#lib/once-a-minute.ts";
import { tooMany } from "#lib/too-many.ts";

/**
 * An agent gives a request 16 s. What has waited longer than this is refused instead of written: the
 * agent is gone or will be, and sends it again.
 */
const WAIT_MS = 10_000;

/** A commit takes milliseconds. One that takes this long has waited for a lock, or the database is slow. */
const SLOW_MS = 2_000;

/**
 * Transactions at once, of different hosts: one uses the time in which the other waits for the disk
 * or for its turn at the counts. More only make the batches smaller.
 */
const COMMITS_AT_ONCE = 2;

/**
 * Of one host, waiting or being written. An agent posts one after the other, and comes again within a
 * second when it was cut off; one that floods must not take the places of all others.
 */
const PER_HOST_MAX = 4;

const SLOW = "a commit took long: others hold its locks, or the database is slow";

interface Waiting<T> {
  item: T;
  sinceMs: number;
  done: () => void;
  failed: (error: unknown) => void;
}

export interface GroupCommitOptions<T> {
  name: string;
  /** Items per transaction. Larger ones hold locks longer; smaller ones pay more commits. */
  batchMax: number;
  /** Items waiting; past it `add` refuses, so that a slow database cannot fill the memory. */
  waitingMax: number;
  /** Writes the items in one transaction, all or none. */
  commit: (items: T[]) => Promise<void>;
  /** Whether a failure is the database's rather than one item's. */
  isOutage: (error: unknown) => boolean;
  metrics: Metrics;
  log: Log;
}

/**
 * Group commit: everything that arrives while transactions run goes into the next, so the batch
 * grows with the load and an idle server answers at once. No timer: waiting for company would only
 * add latency. What concerns one host is written in the order in which it came.
 *
 * `add` settles when the transaction that holds the item has committed or failed; an agent is
 * answered after that, so what was acknowledged is in the database. A batch that fails for a
 * reason of its own contents is tried again item by item, and only the culprit fails.
 */
export class GroupCommit<T extends { hostId: number }> {
  private waiting: Waiting<T>[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly hostsUnderWay = new Set<number>();
  /** How many of each host are not settled. */
  private readonly perHost = new Map<number, number>();
  /** Made once: a flood is refused a hundred thousand times, and a stack costs as much as the rest. */
  private readonly refusals: { ofHost: Error; inAll: Error; late: Error };
  private isScheduled = false;
  private closed = false;
  private readonly slow = new OnceAMinute();
  private readonly options: GroupCommitOptions<T>;

  constructor(options: GroupCommitOptions<T>) {
    this.options = options;
    const { name } = options;
    this.refusals = {
      ofHost: tooMany(`${name}: too much of one host is waiting for the database`, "host"),
      inAll: tooMany(`${name}: too much is waiting for the database`),
      late: outage(`${name}: the database does not take them in time`),
    };
    // A series that begins with its first failure shows Prometheus no increase.
    options.metrics.commitFailures.inc({ buffer: name }, 0);
    options.metrics.bufferDepth.watch({ buffer: options.name }, () => this.waiting.length);
  }

  get isFull(): boolean {
    return this.waiting.length >= this.options.waitingMax;
  }

  /** Rejects with `tooMany` when full, of the host or in all, and at a stop: the agent sends it again. */
  add(item: T): Promise<void> {
    const ofHost = this.perHost.get(item.hostId) ?? 0;
    if (this.closed) return Promise.reject(this.refusals.late);
    if (this.isFull) return Promise.reject(this.refusals.inAll);
    if (ofHost >= PER_HOST_MAX) return Promise.reject(this.refusals.ofHost);
    this.perHost.set(item.hostId, ofHost + 1);
    return new Promise((done, failed) => {
      this.waiting.push({ item, sinceMs: performance.now(), done, failed });
      this.schedule();
    });
  }

  /** Refuses new items and resolves when the last one is committed. */
  async stop(): Promise<void> {
    this.closed = true;
    this.begin();
    while (this.running.size > 0) await Promise.race(this.running);
  }

  /** After the other events of this turn of the loop, whose requests share the transaction. */
  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.begin();
    });
  }

  private begin(): void {
    this.refuseLate();
    while (this.running.size < COMMITS_AT_ONCE) {
      const batch = this.takeBatch();
      if (batch.length === 0) return;
      const running = this.commit(batch).then(() => {
        for (const { item } of batch) this.hostsUnderWay.delete(item.hostId);
        this.running.delete(running);
        this.begin();
      });
      this.running.add(running);
    }
  }

  /** The first that wait, without hosts that a running transaction writes about. */
  private takeBatch(): Waiting<T>[] {
    const batch: Waiting<T>[] = [];
    const left: Waiting<T>[] = [];
    for (const waiting of this.waiting) {
      const isNext =
        batch.length < this.options.batchMax && !this.hostsUnderWay.has(waiting.item.hostId);
      (isNext ? batch : left).push(waiting);
    }
    this.waiting = left;
    for (const { item } of batch) this.hostsUnderWay.add(item.hostId);
    return batch;
  }

  /** Nobody is refused at a stop: what was taken gets written. */
  private refuseLate(): void {
    if (this.closed) return;
    const refusedBeforeMs = performance.now() - WAIT_MS;
    const inTime = this.waiting.findIndex(({ sinceMs }) => sinceMs >= refusedBeforeMs);
    const late = this.waiting.splice(0, inTime < 0 ? this.waiting.length : inTime);
    this.fail(late, this.refusals.late);
  }

  /** Settles the batch; the error when it failed as a whole. */
  private async commit(batch: Waiting<T>[]): Promise<unknown> {
    const { name, metrics } = this.options;
    const beganAtMs = performance.now();
    const stopTimer = metrics.commitSeconds.startTimer({ buffer: name });
    metrics.commitRows.observe({ buffer: name }, batch.length);
    try {
      await this.options.commit(batch.map((waiting) => waiting.item));
      this.settle(batch, ({ done }) => done());
    } catch (error) {
      metrics.commitFailures.inc({ buffer: name });
      if (batch.length > 1 && !this.options.isOutage(error)) await this.commitEach(batch);
      else this.fail(batch, error);
      return error;
    } finally {
      stopTimer();
      this.noteTime(performance.now() - beganAtMs, batch.length);
    }
  }

  /** Says that commits are slow: hosts and gateways wait for what is in them. */
  private noteTime(ms: number, hosts: number): void {
    const commits = ms < SLOW_MS ? 0 : this.slow.happened();
    if (commits === 0) return;
    const { name: buffer, log } = this.options;
    log.warn({ buffer, seconds: Math.round(ms / 100) / 10, hosts, commits }, SLOW);
  }

  /** Finds the culprit. Stops at an outage, which would take its time again for every item. */
  private async commitEach(batch: Waiting<T>[]): Promise<void> {
    for (const [index, waiting] of batch.entries()) {
      const error = await this.commit([waiting]);
      if (error && this.options.isOutage(error)) return this.fail(batch.slice(index + 1), error);
    }
  }

  private fail(batch: readonly Waiting<T>[], error: unknown): void {
    this.settle(batch, ({ failed }) => failed(error));
  }

  private settle(batch: readonly Waiting<T>[], tell: (waiting: Waiting<T>) => void): void {
    for (const waiting of batch) {
      const { hostId } = waiting.item;
      const left = (this.perHost.get(hostId) ?? 0) - 1;
      if (left > 0) this.perHost.set(hostId, left);
      else this.perHost.delete(hostId);
      tell(waiting);
    }
  }
}

import type { Metrics } from "#lib/metrics.ts";

interface Waiting<T> {
  item: T;
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
}

/**
 * Group commit: everything that arrives while one transaction runs goes into the next, so the
 * batch grows with the load and an idle server answers at once. No timer: waiting for company
 * would only add latency.
 *
 * `add` settles when the transaction that holds the item has committed or failed; an agent is
 * answered after that, so what was acknowledged is in the database. A batch that fails for a
 * reason of its own contents is tried again item by item, and only the culprit fails.
 */
export class GroupCommit<T> {
  private waiting: Waiting<T>[] = [];
  private running: Promise<void> | undefined;
  private closed = false;
  private readonly options: GroupCommitOptions<T>;

  constructor(options: GroupCommitOptions<T>) {
    this.options = options;
  }

  /** Rejects with `kind: "unavailable"` when full or stopping: the agent sends it again. */
  add(item: T): Promise<void> {
    if (this.closed || this.waiting.length >= this.options.waitingMax) {
      return Promise.reject(refusal(this.options.name));
    }
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      this.running ??= this.drain();
    });
  }

  /** Refuses new items and resolves when the last one is committed. */
  async stop(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async drain(): Promise<void> {
    // Yields once, so that requests of the same tick share the first transaction.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.options.batchMax);
      this.options.metrics.bufferDepth.set({ buffer: this.options.name }, this.waiting.length);
      await this.commit(batch);
    }
    this.running = undefined;
  }

  private async commit(batch: Waiting<T>[]): Promise<void> {
    const { name, metrics } = this.options;
    const stopTimer = metrics.commitSeconds.startTimer({ buffer: name });
    metrics.commitRows.observe({ buffer: name }, batch.length);
    try {
      await this.options.commit(batch.map((waiting) => waiting.item));
      for (const waiting of batch) waiting.done();
    } catch (error) {
      metrics.commitFailures.inc({ buffer: name });
      await this.handleFailure(batch, error);
    } finally {
      stopTimer();
    }
  }

  private async handleFailure(batch: Waiting<T>[], error: unknown): Promise<void> {
    if (batch.length === 1 || this.options.isOutage(error)) {
      for (const waiting of batch) waiting.failed(error);
      return;
    }
    for (const waiting of batch) await this.commit([waiting]);
  }
}

function refusal(name: string): Error {
  return Object.assign(new Error(`${name}: too much is waiting for the database`), {
    kind: "unavailable",
  });
}

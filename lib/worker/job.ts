import type { Database } from "#db/client.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";

export interface JobContext {
  db: Database;
  log: Log;
  metrics: Metrics;
  /** True once the worker is stopping or has lost its lease: end at the next step. */
  isOver: () => boolean;
}

/**
 * Something done again and again by whoever holds the lease. A job works in bounded steps, each a
 * transaction of its own, so that it may end anywhere and be done twice without harm.
 */
export interface Job {
  name: string;
  everySeconds: number;
  run: (context: JobContext) => Promise<void>;
  /** Ends what `run` began and did not wait for: the worker stops or has lost its lease. */
  end?: () => Promise<void>;
}

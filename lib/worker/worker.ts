import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Database } from "#db/client.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { traced } from "#lib/tracing.ts";
import { beginHistory } from "./begin-history.ts";
import { cleanUp } from "./clean-up.ts";
import { deliver } from "./deliver.ts";
import { expireAnswers } from "./expire-answers.ts";
import { forgetHistory } from "./forget-history.ts";
import type { Job, JobContext } from "./job.ts";
import { judgeAgain } from "./judge-again.ts";
import { dropLease, RENEW_INTERVAL_MS, takeLease } from "./lease.ts";
import { mendTimes } from "./mend-times.ts";
import { recordCounts } from "./record-counts.ts";
import { recordPosture } from "./record-posture.ts";
import { remindOfExemptions } from "./remind-of-exemptions.ts";
import { rollUp } from "./roll-up.ts";
import { tellErroring } from "./tell-erroring.ts";
import { tellFailing } from "./tell-failing.ts";

const LEASE = "worker";
const TICK_MS = 1_000;
/** A job that failed is done again after this long, or sooner if it is done more often anyhow. */
const RETRY_SECONDS = 60;

const JOBS: readonly (() => Job)[] = [
  mendTimes,
  expireAnswers,
  judgeAgain,
  tellFailing,
  tellErroring,
  deliver,
  beginHistory,
  recordPosture,
  recordCounts,
  remindOfExemptions,
  rollUp,
  cleanUp,
  forgetHistory,
];

export interface WorkerOptions {
  db: Database;
  log: Log;
  metrics: Metrics;
  /** Others than the product's, for tests. */
  jobs?: readonly (() => Job)[];
}

export interface Worker {
  stop: () => Promise<void>;
}

/**
 * Does the jobs while it holds the lease. Any number may run; when the holder dies the next takes
 * over within LEASE_SECONDS and a try. Losing the database only means waiting for it.
 *
 * States: waiting (no lease) -> holding -> waiting again when a renewal fails. Jobs run one after
 * the other; each looks at `isOver` between its steps.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { db, log, metrics, jobs: makers = JOBS } = options;
  const owner = `${hostname().slice(0, 20)} ${process.pid} ${randomUUID().slice(0, 8)}`;
  let holds = false;
  let stopped = false;
  let dueAtMs: number[] = [];
  let jobs: Job[] = [];
  const failures = makers.map((make) => new FailureLog(log, `worker: cannot ${make().name}`));
  // A series that begins with its first failure shows Prometheus no increase.
  for (const make of makers) metrics.jobFailures.inc({ name: make().name }, 0);

  function become(holder: boolean): void {
    if (holder === holds) return;
    holds = holder;
    metrics.leaseHeld.set(holder ? 1 : 0);
    // Whoever holds it now tells of the fleet; what this one knew is past.
    metrics.hosts.reset();
    metrics.verdicts.reset();
    metrics.policiesErroring.reset();
    metrics.deliveriesWaiting.reset();
    metrics.deliveryAgeSeconds.reset();
    log.info({ owner }, holder ? "worker: has the lease" : "worker: lost the lease");
    endJobs().catch((err: unknown) => log.warn({ err }, "worker: cannot end its jobs"));
    // Jobs keep notes between runs, which are worth nothing once another has worked.
    jobs = makers.map((make) => make());
    dueAtMs = jobs.map(() => 0);
  }

  async function endJobs(): Promise<void> {
    await Promise.all(jobs.map((job) => job.end?.()));
  }

  async function renew(): Promise<void> {
    try {
      become(await takeLease(db, LEASE, owner));
    } catch (err) {
      if (holds) log.warn({ err }, "worker: cannot renew the lease");
      become(false);
    }
  }

  async function runDueJobs(): Promise<void> {
    const context: JobContext = { db, log, metrics, isOver: () => stopped || !holds };
    for (const [index, job] of jobs.entries()) {
      if (context.isOver()) return;
      // Not the time of day: were it put back an hour, nothing would be done for one.
      if (performance.now() < (dueAtMs[index] ?? 0)) continue;
      dueAtMs[index] = performance.now() + job.everySeconds * 1000;
      const stopTimer = metrics.jobSeconds.startTimer({ name: job.name });
      try {
        await traced(`job ${job.name}`, {}, () => job.run(context));
        failures[index]?.worked();
      } catch (err) {
        metrics.jobFailures.inc({ name: job.name });
        failures[index]?.failed(err);
        // One of an hour would leave an hour's work undone because the database was away for a moment.
        const againInSeconds = Math.min(job.everySeconds, RETRY_SECONDS);
        dueAtMs[index] = performance.now() + againInSeconds * 1000;
      } finally {
        stopTimer();
      }
    }
  }

  const renewing = setInterval(renew, RENEW_INTERVAL_MS);
  const running = (async () => {
    await renew();
    while (!stopped) {
      await runDueJobs();
      await new Promise((resume) => setTimeout(resume, TICK_MS));
    }
  })();

  return {
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(renewing);
      await running;
      await endJobs().catch((err: unknown) => log.warn({ err }, "worker: cannot end its jobs"));
      if (holds) await dropLease(db, LEASE, owner).catch(() => undefined);
    },
  };
}

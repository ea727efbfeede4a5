import { database } from "#lib/database.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import type { Job } from "#lib/worker/job.ts";
import { judgeAgain } from "#lib/worker/judge-again.ts";

/** Runs a job of the worker's once, to its end. */
export const runJob = (job: Job): Promise<void> =>
  job.run({
    db: database(),
    metrics: createMetrics(),
    log: createLog("silent"),
    isOver: () => false,
  });

/** Has the worker bring all rows up to date with policies, labels and exemptions. */
export const settle = (): Promise<void> => runJob(judgeAgain());

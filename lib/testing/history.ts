import { setTimeout as sleep } from "node:timers/promises";
import { databaseNow } from "#db/client.ts";
import { database } from "#lib/database.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { beginHistory } from "#lib/worker/begin-history.ts";
import type { Job } from "#lib/worker/job.ts";

const metrics = createMetrics();

/** Runs a job of the worker once. */
export const runJob = (job: Job, isOver = () => false): Promise<void> =>
  job.run({ db: database("worker"), metrics, log: createLog("silent"), isOver });

/** History begins now, as when a server starts for the first time. */
export const startHistory = (): Promise<void> => runJob(beginHistory());

/** A moment that is after all that was done and before all that follows. */
export async function moment(): Promise<Date> {
  await sleep(5);
  const at = await databaseNow(database());
  await sleep(5);
  return at;
}

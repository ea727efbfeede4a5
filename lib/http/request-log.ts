import { env } from "#lib/env.ts";
import { createLog, type Log } from "#lib/log.ts";

const holder = globalThis as { musterLog?: Log };

/** The process's log, for code that Next loads a copy of (see lib/database.ts). */
export function log(): Log {
  holder.musterLog ??= createLog(env().logLevel);
  return holder.musterLog;
}

/** Between two lines about the same outage; its requests are thousands. */
const OUTAGE_LOG_INTERVAL_MS = 60_000;
let outageLoggedAtMs = Number.NEGATIVE_INFINITY;

/** One line tells of an outage of the database. */
export function logOutage(err: unknown): void {
  if (performance.now() - outageLoggedAtMs < OUTAGE_LOG_INTERVAL_MS) return;
  outageLoggedAtMs = performance.now();
  log().warn({ err }, "requests are refused: the database does not answer");
}

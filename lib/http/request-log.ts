import { env } from "#lib/env.ts";
import { createLog, type Log } from "#lib/log.ts";
import { OnceAMinute } from "#lib/once-a-minute.ts";

const holder = globalThis as { musterLog?: Log };

/** The process's log, for code that Next loads a copy of (see lib/database.ts). */
export function log(): Log {
  holder.musterLog ??= createLog(env().logLevel);
  return holder.musterLog;
}

const outages = new OnceAMinute();

/** One line tells of an outage of the database. */
export function logOutage(err: unknown): void {
  const requests = outages.happened();
  if (requests > 0)
    log().warn({ err, requests }, "requests are refused: the database does not answer");
}

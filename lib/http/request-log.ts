import { env } from "#lib/env.ts";
import { createLog, type Log } from "#lib/log.ts";

const holder = globalThis as { musterLog?: Log };

/** The process's log, for code that Next loads a copy of (see lib/database.ts). */
export function log(): Log {
  holder.musterLog ??= createLog(env().logLevel);
  return holder.musterLog;
}

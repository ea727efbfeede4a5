import pino, { type Logger } from "pino";

export type Log = Logger;

/** Never written, wherever they stand in a logged object. */
const SECRET_PATHS = ["password", "secret", "token", "node_key", "enroll_secret", "authorization"];

/** JSON lines on standard output. Secrets are replaced, but do not log bodies to begin with. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_PATHS.flatMap((name) => [name, `*.${name}`]), censor: "[secret]" },
  });
}

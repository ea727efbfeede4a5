import pino, { type DestinationStream, type Logger } from "pino";
import { currentRequestId } from "./request-id.ts";
import { tracing } from "./tracing.ts";

export type Log = Logger;

/** Never written, wherever they stand in a logged object. */
const SECRET_NAMES = ["password", "secret", "token", "node_key", "enroll_secret", "authorization"];
const MESSAGE_CHARACTERS_MAX = 1_000;
const STACK_CHARACTERS_MAX = 4_000;
/** Of an error's causes, and of those it gathers. */
const CAUSES_MAX = 5;

interface ErrorLine {
  type: string;
  message: string;
  stack?: string;
  code?: unknown;
  errno?: unknown;
  cause?: ErrorLine;
  errors?: ErrorLine[];
}

interface ErrorLike extends Error {
  code?: unknown;
  errno?: unknown;
}

/** next-auth passes errors on as plain objects. */
const isErrorLike = (error: unknown): error is ErrorLike =>
  typeof error === "object" && error !== null && "message" in error && "name" in error;

/**
 * What the log tells of an error. Of its own properties only codes: the database's driver adds the
 * whole statement with all values, and drizzle puts them into the message.
 */
function errorLine(error: unknown, depth = 0): ErrorLine {
  if (!isErrorLike(error)) return { type: typeof error, message: shortened(String(error)) };
  const { name, message, stack = "", cause, code, errno } = error;
  const line: ErrorLine = { type: name, message: shortened(message), code, errno };
  line.stack = framesOf(stack, message).slice(0, STACK_CHARACTERS_MAX);
  if (depth >= CAUSES_MAX) return line;
  if (cause !== undefined) line.cause = errorLine(cause, depth + 1);
  if (error instanceof AggregateError) {
    line.errors = error.errors.slice(0, CAUSES_MAX).map((one) => errorLine(one, depth + 1));
  }
  return line;
}

/** The stack without the message that it begins with, as it was when the error was made. */
function framesOf(stack: string, message: string): string {
  const at = stack.indexOf(message);
  return at < 0 ? (/\n\s+at [\s\S]*/.exec(stack)?.[0] ?? "") : stack.slice(at + message.length);
}

const shortened = (message: string) =>
  message.replace(/\nparams: [\s\S]*$/, "").slice(0, MESSAGE_CHARACTERS_MAX);

/** Which request and which trace a line belongs to, where it belongs to any. */
function whereabouts(): object {
  const requestId = currentRequestId();
  const traceId = tracing()?.traceId();
  return { ...(requestId && { requestId }), ...(traceId && { traceId }) };
}

/** JSON lines, on standard output. Secrets are replaced, but do not log bodies to begin with. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: whereabouts,
    serializers: { err: (error: unknown) => errorLine(error) },
    redact: {
      paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]),
      censor: "[secret]",
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

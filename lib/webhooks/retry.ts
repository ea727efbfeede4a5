/** What became of an attempt to deliver. */
export type Outcome =
  | { kind: "taken"; status: number }
  /** Another attempt would end alike. */
  | { kind: "refused"; status?: number; error: string }
  | { kind: "failed"; status?: number; error: string; retryAfterSeconds?: number };

/** The last one comes about six hours after the first: a receiver may be down for a night's work. */
export const ATTEMPTS_MAX = 10;
const FIRST_WAIT_SECONDS = 10;
const WAIT_FACTOR = 4;
const WAIT_SECONDS_MAX = 3_600;
/** A receiver may ask for more time than we would take, but not for ever. */
const RETRY_AFTER_SECONDS_MAX = 6 * 3_600;

/** Too early, too many, or it took too long: the receiver says itself that another attempt may do. */
const TEMPORARY = new Set([408, 425, 429]);

/** What an answer's status means. Whoever moved must be told so: a redirect is not followed. */
export function outcomeOf(status: number, retryAfter: string | undefined, said: string): Outcome {
  if (status >= 200 && status < 300) return { kind: "taken", status };
  const error = `The receiver answered ${status}${said ? `: ${said}` : ""}`;
  if (status >= 300 && status < 400) {
    return {
      kind: "refused",
      status,
      error: `The receiver answered ${status}, a redirect, which is not followed. Set the address it leads to.`,
    };
  }
  if (status < 500 && !TEMPORARY.has(status)) return { kind: "refused", status, error };
  return { kind: "failed", status, error, retryAfterSeconds: secondsOf(retryAfter) };
}

/** Retry-After: seconds, or a date. */
function secondsOf(retryAfter: string | undefined): number | undefined {
  if (!retryAfter) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter);
  const seconds = (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}

/** How long to wait after the given number of attempts; undefined: no longer. */
export function waitSeconds(attempts: number, retryAfterSeconds = 0): number | undefined {
  if (attempts >= ATTEMPTS_MAX) return undefined;
  const backOff = FIRST_WAIT_SECONDS * WAIT_FACTOR ** (attempts - 1);
  const wanted = Math.min(retryAfterSeconds, RETRY_AFTER_SECONDS_MAX);
  return Math.max(Math.min(backOff, WAIT_SECONDS_MAX), wanted);
}

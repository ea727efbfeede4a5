export const STATES = [
  "pass",
  "fail",
  "error",
  "stale",
  "exempt",
  "pending",
  "not_applicable",
] as const;
export type PolicyState = (typeof STATES)[number];
/** The states a membership row can hold; the other two are the absence of a row. */
export type AnsweredState = Exclude<PolicyState, "pending" | "not_applicable">;
/** What a host can answer, or fail to confirm. Exempt is what people say of it. */
export type CardState = Exclude<AnsweredState, "exempt">;

export interface Answer {
  /** What osquery reported: 0 is success. */
  status: number;
  rowCount: number;
  message: string;
}

export interface Standing {
  state: CardState;
  /** The last definite answer, kept through errors and staleness; null if there was none. */
  passes: boolean | null;
}

/** An answer lives this many intervals without being confirmed, */
const STALE_AFTER_INTERVALS = 3;
/** but not less than this: a policy run every minute should survive a reboot. */
const STALE_AFTER_SECONDS_MIN = 15 * 60;

/**
 * A stored time may be this far ahead of the database's: servers follow its clock, and are off by a
 * reading. What is further ahead was written while that clock was wrong.
 */
export const AHEAD_SECONDS = 60;

/** The standing that follows `previous` when `answer` arrives. Rows mean pass, none mean fail. */
export function standingAfter(previous: Standing | undefined, answer: Answer): Standing {
  if (answer.status !== 0) return { state: "error", passes: previous?.passes ?? null };
  const passes = answer.rowCount > 0;
  return { state: passes ? "pass" : "fail", passes };
}

/** How long an answer counts as evidence, in seconds, for a policy asked every `intervalSeconds`. */
export function staleAfterSeconds(intervalSeconds: number): number {
  return Math.max(intervalSeconds * STALE_AFTER_INTERVALS, STALE_AFTER_SECONDS_MIN);
}

export function staleAtMs(entry: { evaluatedAtMs: number }, intervalSeconds: number): number {
  return entry.evaluatedAtMs + staleAfterSeconds(intervalSeconds) * 1000;
}

/** The state as of `nowMs`: an answer nobody confirmed in time is stale, whatever it said. */
export function stateAt(
  entry: { state: CardState; evaluatedAtMs: number },
  intervalSeconds: number,
  nowMs: number,
): CardState {
  return nowMs >= staleAtMs(entry, intervalSeconds) ? "stale" : entry.state;
}

/** Fleet's `response` of a host policy. What is stale, exempt or in error proves nothing: "". */
export function responseOf(state: PolicyState): "pass" | "fail" | "" {
  return state === "pass" || state === "fail" ? state : "";
}

import {
  ANSWERED_THEN,
  type ChangeThen,
  HISTORY_STATES,
  type HistoryState,
  type HostThen,
  type PolicyThen,
  stateThen,
} from "#lib/history/states.ts";

/** Something that was so from one moment to another (ms; Infinity: it still is). */
export interface Span<T> {
  fromMs: number;
  untilMs: number;
  value: T;
}

export interface Change extends ChangeThen {
  /** Those written later have higher ones. */
  id: number;
  atMs: number;
}

export interface PairEvidence {
  /** Milliseconds of the period in each state. */
  spentMs: Record<HistoryState, number>;
  /** undefined: the policy or the host was gone. */
  stateAtStart: HistoryState | undefined;
  stateAtEnd: HistoryState | undefined;
  /** Of the SQL in force at the end. */
  revision: number | undefined;
  /** Since when it was failing at the end, through errors and staleness. */
  failingSinceMs: number | undefined;
}

interface Period {
  fromMs: number;
  toMs: number;
}

const at = <T>(spans: readonly Span<T>[], ms: number): T | undefined =>
  spans.findLast(({ fromMs, untilMs }) => fromMs <= ms && ms < untilMs)?.value;

/** Tells the change that was written last, of those up to a moment; asked for moments in order. */
function lastChanges(changes: readonly Change[]): (ms: number) => Change | undefined {
  const inTime = changes.toSorted((a, b) => a.atMs - b.atMs);
  let next = 0;
  let last: Change | undefined;
  return (ms) => {
    for (let change = inTime[next]; change && change.atMs <= ms; change = inTime[++next]) {
      if (!last || change.id > last.id) last = change;
    }
    return last;
  };
}

/** Every moment of the period at which anything changed, and its beginning. */
function momentsOf(
  { fromMs, toMs }: Period,
  spans: readonly Span<unknown>[],
  changes: readonly Change[],
) {
  const all = [
    ...spans.flatMap((span) => [span.fromMs, span.untilMs]),
    ...changes.map((change) => change.atMs),
  ];
  const inside = all.filter((ms) => ms > fromMs && ms < toMs);
  return [fromMs, ...new Set(inside)].sort((a, b) => a - b);
}

/** Those that do not end a failing: nothing else was found since. */
const KEEP_FAILING: readonly HistoryState[] = ["fail", "error", "stale"];

/**
 * How one host stood on one policy through a period, by the rule of stateThen at each moment. At
 * `toMs` itself it is as "as of" would say.
 */
export function pairEvidence(
  period: Period,
  policies: readonly Span<PolicyThen>[],
  hosts: readonly Span<HostThen>[],
  changes: readonly Change[],
): PairEvidence {
  const spentMs = Object.fromEntries(HISTORY_STATES.map((state) => [state, 0])) as Record<
    HistoryState,
    number
  >;
  let failingSinceMs: number | undefined;
  const lastAt = lastChanges(changes);
  const look = (ms: number): HistoryState | undefined => {
    const [policy, host, last] = [at(policies, ms), at(hosts, ms), lastAt(ms)];
    const state = policy && host && stateThen(policy, host, last);
    if (state === "fail") failingSinceMs ??= last?.atMs ?? ms;
    else if (!state || !KEEP_FAILING.includes(state)) failingSinceMs = undefined;
    return state;
  };
  const moments = momentsOf(period, [...policies, ...hosts], changes);
  let stateAtStart: HistoryState | undefined;
  for (const [index, ms] of moments.entries()) {
    const state = look(ms);
    if (index === 0) stateAtStart = state;
    if (state) spentMs[state] += (moments[index + 1] ?? period.toMs) - ms;
  }
  const stateAtEnd = look(period.toMs);
  return {
    spentMs,
    stateAtStart,
    stateAtEnd,
    revision: at(policies, period.toMs)?.revision,
    failingSinceMs,
  };
}

/** Whether the policy asked the host at any time of the period. */
export const wasAsked = ({ spentMs, stateAtEnd }: PairEvidence): boolean =>
  [...ANSWERED_THEN, "pending" as const].some(
    (state) => spentMs[state] > 0 || stateAtEnd === state,
  );

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

/** Those that do not end a failing: nothing else was found since. */
const KEEP_FAILING: readonly HistoryState[] = ["fail", "error", "stale"];

/**
 * How one host stood on one policy through a period, by the rule of stateThen at each moment at which
 * anything changed. At the period's end itself it is as "as of" would say. It walks with the changes as
 * they are read, the oldest first, and keeps none but the last: a host that flaps has any number.
 */
export class PairWalk {
  private readonly period: Period;
  private readonly policies: readonly Span<PolicyThen>[];
  private readonly hosts: readonly Span<HostThen>[];
  /** Where policy or host changed, in order. */
  private readonly borders: readonly number[];
  private bordersPassed = 0;
  /** Up to here all is told. */
  private toldMs: number;
  private last: Change | undefined;
  private failingSinceMs: number | undefined;
  private start: { state: HistoryState | undefined } | undefined;
  private readonly spentMs = Object.fromEntries(
    HISTORY_STATES.map((state) => [state, 0]),
  ) as Record<HistoryState, number>;

  constructor(
    period: Period,
    policies: readonly Span<PolicyThen>[],
    hosts: readonly Span<HostThen>[],
  ) {
    this.period = period;
    this.policies = policies;
    this.hosts = hosts;
    this.toldMs = period.fromMs;
    const all = [...policies, ...hosts].flatMap((span) => [span.fromMs, span.untilMs]);
    const inside = all.filter((ms) => ms > period.fromMs && ms < period.toMs);
    this.borders = [...new Set(inside)].sort((a, b) => a - b);
  }

  /** Changes from before the period and from within it, in order of time. */
  add(change: Change): void {
    this.tell(change.atMs);
    if (!this.last || change.id > this.last.id) this.last = change;
  }

  end(): PairEvidence {
    const { toMs } = this.period;
    this.tell(toMs);
    const stateAtEnd = this.stateAt(toMs);
    return {
      spentMs: this.spentMs,
      stateAtStart: this.start ? this.start.state : stateAtEnd,
      stateAtEnd,
      revision: at(this.policies, toMs)?.revision,
      failingSinceMs: this.failingSinceMs,
    };
  }

  /** Adds up the states until a moment, up to which every change has been added. */
  private tell(untilMs: number): void {
    while (this.toldMs < untilMs) {
      const state = this.stateAt(this.toldMs);
      this.start ??= { state };
      const border = this.borders[this.bordersPassed] ?? untilMs;
      if (border <= untilMs) this.bordersPassed += 1;
      const next = Math.min(border, untilMs);
      if (state) this.spentMs[state] += next - this.toldMs;
      this.toldMs = next;
    }
  }

  private stateAt(ms: number): HistoryState | undefined {
    const [policy, host] = [at(this.policies, ms), at(this.hosts, ms)];
    const state = policy && host && stateThen(policy, host, this.last);
    if (state === "fail") this.failingSinceMs ??= this.last?.atMs ?? ms;
    else if (!state || !KEEP_FAILING.includes(state)) this.failingSinceMs = undefined;
    return state;
  }
}

/** Whether the policy asked the host at any time of the period. */
export const wasAsked = ({ spentMs, stateAtEnd }: PairEvidence): boolean =>
  [...ANSWERED_THEN, "pending" as const].some(
    (state) => spentMs[state] > 0 || stateAtEnd === state,
  );

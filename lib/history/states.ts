import type { LabelScope } from "#db/schema/policies.ts";
import type { Labels } from "#lib/membership/label-card.ts";
import { asksGroup, type Scope, scopeOf } from "#lib/membership/scope.ts";
import { type AnsweredState, type PolicyState, STATES } from "#lib/membership/status.ts";
import type { Verdict } from "#lib/membership/verdict.ts";

export const HISTORY_STATES = STATES;
export type HistoryState = PolicyState;
export const VERDICTS_THEN = ["pass", "fail", "unknown"] as const satisfies readonly Verdict[];

/** Those that an answer, or letting a host off, leaves behind. */
export const ANSWERED_THEN = ["pass", "fail", "error", "stale", "exempt"] as const;
export type AnsweredThen = AnsweredState;

/** A policy between two of its edits. */
export interface PolicyThen {
  revision: number;
  /** null: all teams. 0: hosts in no team. */
  teamId: number | null;
  /** Comma list; "" is every platform. */
  platform: string;
  /** Which labels narrowed whom it asked. null: none did. */
  labelScope: LabelScope | null;
}

export interface HostThen {
  teamId: number | null;
  platformFamily: string;
  /**
   * What was known of it and labels. undefined: that was not kept yet. Of a manual label, and of a host
   * that the label does not ask, it is known that it is no member, so nothing need be added to it.
   */
  labels: Labels | undefined;
}

/** A change of state, as far as it says how things were after it. */
export interface ChangeThen {
  revision: number;
  toState: string;
}

const NO_MANUAL_LABELS: ReadonlySet<number> = new Set();

/** Whether the policy asked the host; "untold": labels decided, and were not kept yet. */
function scopeThen(policy: PolicyThen, { labels, ...host }: HostThen): Scope | "untold" {
  if (!asksGroup(policy, host)) return "out";
  if (!policy.labelScope) return "in";
  if (!labels) return "untold";
  const rules = { ...policy, manualLabels: NO_MANUAL_LABELS };
  return scopeOf(rules, { ...host, hostId: 0, labels });
}

/**
 * How a host stood, given the last change before. An answer to other SQL than was in force is none.
 * Moments from before labels were kept have a rule of their own: where labels decided, a host was in
 * scope once it had answered, and was pending where a change says so.
 */
export function stateThen(
  policy: PolicyThen,
  host: HostThen,
  last: ChangeThen | undefined,
): HistoryState {
  const scope = scopeThen(policy, host);
  if (scope === "out") return "not_applicable";
  const counts = last?.revision === policy.revision;
  const answered = ANSWERED_THEN.find((state) => counts && state === last.toState);
  if (answered) return answered;
  if (scope !== "untold" || (counts && last.toState === "pending")) return "pending";
  return "not_applicable";
}

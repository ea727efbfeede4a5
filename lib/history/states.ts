import { type AnsweredState, type PolicyState, STATES } from "#lib/membership/status.ts";

export const HISTORY_STATES = STATES;
export type HistoryState = PolicyState;

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
  /** Labels narrowed whom it asked. */
  byLabels: boolean;
}

export interface HostThen {
  teamId: number | null;
  platformFamily: string;
}

/** A change of state, as far as it says how things were after it. */
export interface ChangeThen {
  revision: number;
  toState: string;
}

/** Whether team and platform let the policy ask the host. */
export function asksThen(policy: PolicyThen, host: HostThen): boolean {
  if (policy.teamId !== null && policy.teamId !== (host.teamId ?? 0)) return false;
  return policy.platform === "" || policy.platform.split(",").includes(host.platformFamily);
}

/**
 * How a host stood, given the last change before. An answer to other SQL than was in force is none.
 * Which labels a host had is not kept: where labels decide, a host is in scope once it answered.
 */
export function stateThen(
  policy: PolicyThen,
  host: HostThen,
  last: ChangeThen | undefined,
): HistoryState {
  if (!asksThen(policy, host)) return "not_applicable";
  const counts = last?.revision === policy.revision;
  const answered = ANSWERED_THEN.find((state) => counts && state === last.toState);
  if (answered) return answered;
  if (!policy.byLabels || (counts && last.toState === "pending")) return "pending";
  return "not_applicable";
}

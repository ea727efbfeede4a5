import type { Card, CardEntry } from "./card.ts";
import type { LiveExemption, PolicyExemptions } from "./exemptions.ts";
import { entryCounts, type HostScope, type PolicyScope, scopeOf } from "./scope.ts";
import { type CardState, type PolicyState, staleAtMs, stateAt } from "./status.ts";

export type Verdict = "pass" | "fail" | "unknown";
/** Which failing policies close the gate: the critical ones only, or any. */
export type Gate = "critical" | "all";

export interface JudgedPolicy extends PolicyScope {
  id: number;
  revision: number;
  platformSince: Record<string, number>;
  critical: boolean;
  /** Effective: the policy's own or the server's. */
  intervalSeconds: number;
  /** Since when it is asked of nobody. null: it is asked. */
  pausedAt: Date | null;
  exemptions: PolicyExemptions | undefined;
}

export interface HostStanding {
  verdict: Verdict;
  failingCount: number;
  failingCriticalCount: number;
  /**
   * Evidence of the verdict ends here: when the first gating answer turns stale, or the first
   * exemption from a gating policy ends. null: none.
   */
  validUntilMs: number | null;
}

/** When an answer turns stale. While a policy is paused nobody confirms anything, and time stands. */
export function turnsStaleAtMs(
  policy: Pick<JudgedPolicy, "intervalSeconds" | "pausedAt">,
  entry: { evaluatedAtMs: number },
): number {
  const atMs = staleAtMs(entry, policy.intervalSeconds);
  const { pausedAt } = policy;
  return pausedAt && atMs > pausedAt.getTime() ? Number.POSITIVE_INFINITY : atMs;
}

/** What an answer is worth at a moment, whether or not the host is exempt. */
export function answerAt(policy: JudgedPolicy, entry: CardEntry, nowMs: number): CardState {
  const { pausedAt, intervalSeconds } = policy;
  return stateAt(entry, intervalSeconds, pausedAt ? Math.min(nowMs, pausedAt.getTime()) : nowMs);
}

/** What lets the host off the policy at a moment, as far as it is asked at all. */
export const exemptionOf = (
  policy: Pick<JudgedPolicy, "exemptions">,
  host: HostScope,
  nowMs: number,
): LiveExemption | undefined => policy.exemptions?.inForce(host, nowMs);

/**
 * The state of one policy for one host at a moment; pending when no answer counts, or when it is not
 * known yet whether the host is asked.
 */
export function policyState(
  policy: JudgedPolicy,
  host: HostScope,
  card: Card,
  nowMs: number,
): PolicyState {
  const scope = scopeOf(policy, host);
  if (scope === "out") return "not_applicable";
  const entry = card.get(policy.id);
  if (scope === "unknown" || !entry || !entryCounts(entry, policy, host)) return "pending";
  return exemptionOf(policy, host, nowMs) ? "exempt" : answerAt(policy, entry, nowMs);
}

/**
 * May the host pass? It fails when a gating policy fails, and is unknown while a gating policy is
 * pending, stale or in error: no evidence is not a pass. An error keeps the last fail: breaking
 * osquery must not open the gate. A policy that is paused, or that the host is exempt from, gates
 * nothing. A host that no gating policy applies to passes.
 */
export function judgeHost(
  policies: Iterable<JudgedPolicy>,
  host: HostScope,
  card: Card,
  gate: Gate,
  nowMs: number,
): HostStanding {
  const standing: HostStanding = {
    verdict: "pass",
    failingCount: 0,
    failingCriticalCount: 0,
    validUntilMs: null,
  };
  for (const policy of policies) {
    const state = policyState(policy, host, card, nowMs);
    if (state === "not_applicable") continue;
    if (state === "fail") {
      standing.failingCount++;
      if (policy.critical) standing.failingCriticalCount++;
    }
    if (policy.pausedAt || (gate === "critical" && !policy.critical)) continue;
    const exemption = policy.exemptions?.inForce(host, nowMs);
    const entry = card.get(policy.id);
    const isClosed = state === "fail" || (state === "error" && entry?.passes === false);
    if (exemption) evidenceEnds(standing, exemption.untilMs);
    else if (isClosed) standing.verdict = "fail";
    else if (state !== "pass" && standing.verdict === "pass") standing.verdict = "unknown";
    if (exemption || !entry || state === "pending") continue;
    evidenceEnds(standing, staleAtMs(entry, policy.intervalSeconds));
  }
  return standing;
}

function evidenceEnds(standing: HostStanding, atMs: number): void {
  const { validUntilMs } = standing;
  if (validUntilMs === null || atMs < validUntilMs) standing.validUntilMs = atMs;
}

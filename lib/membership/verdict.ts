import type { Card } from "./card.ts";
import { entryCounts, type HostScope, type PolicyScope, policyApplies } from "./scope.ts";
import { type PolicyState, staleAtMs, stateAt } from "./status.ts";

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
}

export interface HostStanding {
  verdict: Verdict;
  failingCount: number;
  failingCriticalCount: number;
  /** Evidence of the verdict ends here: when the first gating answer turns stale. null: none. */
  validUntilMs: number | null;
}

/** The state of one policy for one host at a moment; pending when no answer counts. */
export function policyState(
  policy: JudgedPolicy,
  host: HostScope,
  card: Card,
  nowMs: number,
): PolicyState {
  if (!policyApplies(policy, host)) return "not_applicable";
  const entry = card.get(policy.id);
  if (!entry || !entryCounts(entry, policy, host)) return "pending";
  return stateAt(entry, policy.intervalSeconds, nowMs);
}

/**
 * May the host pass? It fails when a gating policy fails, and is unknown while a gating policy is
 * pending, stale or in error: no evidence is not a pass. An error keeps the last fail: breaking
 * osquery must not open the gate. A host that no gating policy applies to passes.
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
    const entry = card.get(policy.id);
    if (state === "fail") {
      standing.failingCount++;
      if (policy.critical) standing.failingCriticalCount++;
    }
    if (gate === "critical" && !policy.critical) continue;
    const closed = state === "fail" || (state === "error" && entry?.passes === false);
    if (closed) standing.verdict = "fail";
    else if (state !== "pass" && standing.verdict === "pass") standing.verdict = "unknown";
    if (entry && state !== "pending") {
      const until = staleAtMs(entry, policy.intervalSeconds);
      standing.validUntilMs = Math.min(standing.validUntilMs ?? until, until);
    }
  }
  return standing;
}

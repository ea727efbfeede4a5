import type { Card } from "./card.ts";
import { entryCounts, type HostScope, scopeOf } from "./scope.ts";
import { exemptionOf, type JudgedPolicy, turnsStaleAtMs } from "./verdict.ts";

/**
 * When time alone changes something next: an answer on the card turns stale, or an exemption ends.
 * null when nothing does.
 */
export function cardDeadline(
  policies: Iterable<JudgedPolicy>,
  host: HostScope,
  card: Card,
  nowMs: number,
): Date | null {
  let deadlineMs = Number.POSITIVE_INFINITY;
  for (const policy of policies) {
    const scope = scopeOf(policy, host);
    if (scope === "out") continue;
    // Whoever has not answered is exempt too, and stops being so.
    const exemption = exemptionOf(policy, host, nowMs);
    if (exemption) deadlineMs = Math.min(deadlineMs, exemption.untilMs);
    const entry = card.get(policy.id);
    if (!entry || entry.state === "stale" || scope === "unknown") continue;
    if (!entryCounts(entry, policy, host)) continue;
    deadlineMs = Math.min(deadlineMs, turnsStaleAtMs(policy, entry));
  }
  return Number.isFinite(deadlineMs) ? new Date(deadlineMs) : null;
}

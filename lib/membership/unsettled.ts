import { type Card, type CardEntry, readCard } from "./card.ts";
import { cardDeadline } from "./deadline.ts";
import type { Bench } from "./judge.ts";
import { withOwnLabels } from "./known-labels.ts";
import { labelsOfCard } from "./label-card.ts";
import { entryCounts, type HostScope, policyApplies } from "./scope.ts";
import { exemptionOf, type HostStanding, judgeHost } from "./verdict.ts";
import type { VitalColumns } from "./vitals.ts";

/** A host's rows as they are stored. */
export interface StoredHost extends VitalColumns {
  hostId: number;
  teamId: number | null;
  card: Buffer | null;
  labelCard: Buffer | null;
  deadlineAt: Date | null;
  verdict: string;
  failingPoliciesCount: number;
  failingCriticalPoliciesCount: number;
}

/** A shorter interval brings deadlines forward; one that is too early does no harm. */
export const isEarlier = (deadline: Date | null, stored: Date | null): boolean =>
  deadline !== null && (stored === null || deadline < stored);

/** Whether rows say something else than the policies, labels and exemptions of the bench would have. */
export function isUnsettled(bench: Bench, stored: StoredHost, nowMs: number): boolean {
  const labels = labelsOfCard(stored.labelCard);
  if (withOwnLabels(labels, bench.labels, stored) !== labels) return true;
  const { hostId, teamId, platformFamily } = stored;
  const host: HostScope = { hostId, teamId, platformFamily, labels };
  const card = readCard(stored.card);
  return (
    differs(stored, judgeHost(bench.policies, host, card, bench.gate, nowMs)) ||
    isEarlier(cardDeadline(bench.policies, host, card, nowMs), stored.deadlineAt) ||
    hasOtherExemptions(bench, host, card, nowMs)
  );
}

const differs = (stored: StoredHost, standing: HostStanding): boolean =>
  stored.verdict !== standing.verdict ||
  stored.failingPoliciesCount !== standing.failingCount ||
  stored.failingCriticalPoliciesCount !== standing.failingCriticalCount;

function hasOtherExemptions(bench: Bench, host: HostScope, card: Card, nowMs: number): boolean {
  return bench.policies.some((policy) => {
    const entry: CardEntry | undefined = card.get(policy.id);
    if (!entry || (!entry.isExempt && !policy.exemptions)) return false;
    if (entry.isExempt === (exemptionOf(policy, host, nowMs) !== undefined)) return false;
    return policyApplies(policy, host) && entryCounts(entry, policy, host);
  });
}

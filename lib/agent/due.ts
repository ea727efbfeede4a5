import { entryCounts } from "#lib/membership/scope.ts";
import { outlinedAnswer } from "./card-outline.ts";
import type { HostEntry } from "./host-entry.ts";
import { dueAtMs } from "./jitter.ts";
import type { Plan, PlanItem } from "./plan.ts";

/**
 * What was handed out is not handed out again for this long. A host that works reads only after it
 * has written, so a read without an answer means the answer is lost: a crash, a restart, a killed
 * query. Doubled each time, so that a query that kills osquery does not kill it at every check-in.
 */
const ASK_AGAIN_AFTER_MS = 60_000;
const ASK_AGAIN_DOUBLINGS_MAX = 6;
/** Work that is due this much of an interval later is done at once, so that reports stay few. */
const EARLY_FRACTION = 0.1;

export interface Cadence {
  detailIntervalSeconds: number;
  jitterPercent: number;
}

export interface Due {
  items: PlanItem[];
  /** New or edited policies that no answer counts for, which the operator's limit spreads. */
  newItems: PlanItem[];
  details: boolean;
}

/** Whether something handed out at `asked.atMs` is still expected back. */
export function isAwaited(entry: HostEntry, nowMs: number): boolean {
  if (!entry.asked) return false;
  const doublings = Math.min(entry.asked.unanswered, ASK_AGAIN_DOUBLINGS_MAX);
  return nowMs < entry.asked.atMs + ASK_AGAIN_AFTER_MS * 2 ** doublings;
}

/** When a policy is due for a host: at once when no answer counts, or when a refetch came after it. */
function policyDueAtMs(entry: HostEntry, item: PlanItem, cadence: Cadence): number {
  const answer = outlinedAnswer(entry, item.policy.id);
  if (!answer || !entryCounts(answer, item.policy, entry)) return 0;
  if (answer.evaluatedAtMs < entry.refetchRequestedAtMs) return 0;
  const { intervalSeconds } = item.policy;
  return dueAtMs(entry.hostId, intervalSeconds, cadence.jitterPercent, answer.evaluatedAtMs);
}

function detailsDueAtMs(entry: HostEntry, cadence: Cadence): number {
  if (entry.detailUpdatedAtMs <= entry.refetchRequestedAtMs) return 0;
  const { detailIntervalSeconds, jitterPercent } = cadence;
  return dueAtMs(entry.hostId, detailIntervalSeconds, jitterPercent, entry.detailUpdatedAtMs);
}

/** The earliest moment at which the host has something to do. Server time, ms. */
export function nextDueAtMs(entry: HostEntry, plan: Plan, cadence: Cadence): number {
  let earliest = detailsDueAtMs(entry, cadence);
  for (const item of plan.items) {
    earliest = Math.min(earliest, policyDueAtMs(entry, item, cadence));
  }
  return earliest;
}

/**
 * What to hand to the host now. Leaves out what it was handed before and may still answer, unless
 * that was before a refetch, or to SQL that has changed since.
 */
export function whatIsDue(entry: HostEntry, plan: Plan, cadence: Cadence, nowMs: number): Due {
  const awaited = isAwaited(entry, nowMs) ? entry.asked : undefined;
  const due: Due = { items: [], newItems: [], details: false };
  const early: PlanItem[] = [];
  for (const item of plan.items) {
    const { policy } = item;
    const handed = awaited?.handed(policy.id);
    const answeredLater =
      handed &&
      handed.queryRevision >= policy.queryRevision &&
      handed.atMs >= entry.refetchRequestedAtMs;
    if (answeredLater) continue;
    const dueAt = policyDueAtMs(entry, item, cadence);
    if (dueAt === 0 && entry.refetchRequestedAtMs === 0) due.newItems.push(item);
    else if (dueAt <= nowMs) due.items.push(item);
    else if (dueAt <= nowMs + policy.intervalSeconds * 1000 * EARLY_FRACTION) early.push(item);
  }
  if (due.items.length + due.newItems.length > 0) due.items.push(...early);
  const detailsAwaited = (awaited?.detailsAtMs ?? -1) >= entry.refetchRequestedAtMs;
  due.details = !detailsAwaited && detailsDueAtMs(entry, cadence) <= nowMs;
  return due;
}

import { entryCounts } from "#lib/membership/scope.ts";
import { AHEAD_SECONDS } from "#lib/membership/status.ts";
import type { PlanItem } from "./batch.ts";
import { outlinedAnswer } from "./card-outline.ts";
import type { HostEntry } from "./host-entry.ts";
import { dueAtMs } from "./jitter.ts";
import type { Plan } from "./plan.ts";

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
  labelIntervalSeconds: number;
  jitterPercent: number;
}

export interface Due {
  items: PlanItem[];
  /** New or edited policies that no answer counts for, which the operator's limit spreads. */
  newItems: PlanItem[];
  details: boolean;
  /** now: they are due. new: some were made or edited, which the operator's limit spreads. */
  labels: "now" | "new" | undefined;
}

/** Whether something handed out at `asked.atMs` is still expected back. */
export function isAwaited(entry: HostEntry, nowMs: number): boolean {
  if (!entry.asked) return false;
  // Handed out at a time that has not come yet: the clock was put back, and nothing would be due for as long.
  if (entry.asked.atMs > nowMs + AHEAD_SECONDS * 1000) return false;
  const doublings = Math.min(entry.asked.unanswered, ASK_AGAIN_DOUBLINGS_MAX);
  return nowMs < entry.asked.atMs + ASK_AGAIN_AFTER_MS * 2 ** doublings;
}

/**
 * When a policy is due for a host: at once when no answer counts, or when a refetch or a run of the
 * policy came after it.
 */
function policyDueAtMs(entry: HostEntry, item: PlanItem, cadence: Cadence): number {
  const answer = outlinedAnswer(entry, item.policy.id);
  if (!answer || !entryCounts(answer, item.policy, entry)) return 0;
  if (answer.evaluatedAtMs < requestedAtMs(entry, item)) return 0;
  const { intervalSeconds } = item.policy;
  return dueAtMs(entry.hostId, intervalSeconds, cadence.jitterPercent, answer.evaluatedAtMs);
}

/** Answers from before are asked for again. */
const requestedAtMs = (entry: HostEntry, { policy }: PlanItem): number =>
  Math.max(entry.refetchRequestedAtMs, policy.runRequestedAt?.getTime() ?? 0);

/** Labels go together: at once when one has no answer to its present SQL, or after a refetch. */
function labelsDueAtMs(entry: HostEntry, plan: Plan, cadence: Cadence): number {
  const { revisions } = plan.labels;
  if (revisions.size === 0) return Number.POSITIVE_INFINITY;
  if (entry.labelUpdatedAtMs <= entry.refetchRequestedAtMs) return 0;
  for (const [id, revision] of revisions) {
    if (entry.labels.get(id)?.revision !== revision) return 0;
  }
  const { labelIntervalSeconds, jitterPercent } = cadence;
  return dueAtMs(entry.hostId, labelIntervalSeconds, jitterPercent, entry.labelUpdatedAtMs);
}

function labelsDue(
  entry: HostEntry,
  plan: Plan,
  cadence: Cadence,
  awaited: HostEntry["asked"],
  nowMs: number,
): Due["labels"] {
  const out = awaited?.labels;
  const answeredLater =
    out?.revisions === plan.labels.revisions && out.atMs >= entry.refetchRequestedAtMs;
  if (answeredLater) return undefined;
  const dueAt = labelsDueAtMs(entry, plan, cadence);
  if (dueAt === 0 && entry.refetchRequestedAtMs === 0) return "new";
  return dueAt <= nowMs ? "now" : undefined;
}

function detailsDueAtMs(entry: HostEntry, cadence: Cadence): number {
  if (entry.detailUpdatedAtMs <= entry.refetchRequestedAtMs) return 0;
  const { detailIntervalSeconds, jitterPercent } = cadence;
  return dueAtMs(entry.hostId, detailIntervalSeconds, jitterPercent, entry.detailUpdatedAtMs);
}

/** The earliest moment at which the host has something to do. Server time, ms. */
export function nextDueAtMs(entry: HostEntry, plan: Plan, cadence: Cadence): number {
  let earliest = Math.min(detailsDueAtMs(entry, cadence), labelsDueAtMs(entry, plan, cadence));
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
  const due: Due = { items: [], newItems: [], details: false, labels: undefined };
  const early: PlanItem[] = [];
  for (const item of plan.items) {
    const { policy } = item;
    const handed = awaited?.handed(policy.id);
    const answeredLater =
      handed &&
      handed.queryRevision >= policy.queryRevision &&
      handed.atMs >= requestedAtMs(entry, item);
    if (answeredLater) continue;
    const dueAt = policyDueAtMs(entry, item, cadence);
    if (dueAt === 0 && entry.refetchRequestedAtMs === 0) due.newItems.push(item);
    else if (dueAt <= nowMs) due.items.push(item);
    else if (dueAt <= nowMs + policy.intervalSeconds * 1000 * EARLY_FRACTION) early.push(item);
  }
  if (due.items.length + due.newItems.length > 0) due.items.push(...early);
  const detailsAwaited = (awaited?.detailsAtMs ?? -1) >= entry.refetchRequestedAtMs;
  due.details = !detailsAwaited && detailsDueAtMs(entry, cadence) <= nowMs;
  due.labels = labelsDue(entry, plan, cadence, awaited, nowMs);
  return due;
}

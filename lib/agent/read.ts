import type { Asking } from "./asked.ts";
import type { Batch, Parts } from "./batch.ts";
import { type Cadence, isAwaited, nextDueAtMs, whatIsDue } from "./due.ts";
import { Asked } from "./handed.ts";
import type { HostEntry } from "./host-entry.ts";
import type { LiveRuns } from "./live.ts";
import type { Plan } from "./plan.ts";
import type { Knowledge } from "./poller.ts";
import type { Rate } from "./rate.ts";
import { type AgentReply, IDLE, NOTHING_NOW } from "./replies.ts";
import type { SeenWriter } from "./seen.ts";

/**
 * A refetch that the host was handed and did not complete in this time ends: some query kills it
 * there, and asking again at every check-in would go on for ever.
 */
export const REFETCH_LIFE_MS = 10 * 60_000;

/** A host that has told nothing yet is to be known quickly. */
const UNKNOWN_ACCELERATE_SECONDS = 10;
/**
 * Whoever pressed once mends something, and presses again: that time the answer must come at once. A
 * hundred of them ask as much as two hundred others.
 */
const AWAITED_ACCELERATE_SECONDS = 300;

export interface ReadOptions {
  knowledge: () => Knowledge;
  cadence: Cadence;
  rollout: Rate;
  /** Whether what is due has to wait, but for hosts that a person waits for. */
  postpones: () => boolean;
  seen: SeenWriter;
  asked: (policies: number) => void;
  /** Resolves when it is written down what the host is about to be handed. */
  witness: (asking: Asking) => Promise<void>;
  /** Called once for a refetch that has outlived its time. */
  giveUpRefetch: (entry: HostEntry) => void;
  live: Pick<LiveRuns, "dueAtMs" | "handOut">;
  nowMs: () => number;
}

/**
 * The hot path: nearly every check-in ends at the comparison of two numbers, without SQL, promise
 * or string building.
 */
export function distributedRead(
  options: ReadOptions,
  entry: HostEntry,
): AgentReply | Promise<AgentReply> {
  const nowMs = options.nowMs();
  options.seen.seen(entry, nowMs);
  const { plans } = options.knowledge();
  if (entry.plansNumber !== plans.number) {
    entry.plansNumber = plans.number;
    const dueAtMs = nextDueAtMs(entry, plans.of(entry), options.cadence);
    entry.nextDueAtMs = Math.min(dueAtMs, options.live.dueAtMs(entry.hostId));
  }
  if (nowMs < entry.nextDueAtMs) return IDLE;
  const live = options.live.handOut(entry.hostId, nowMs);
  if (!live) return handOutPolicies(options, entry, nowMs);
  return live.then((reply) => reply ?? handOutPolicies(options, entry, nowMs));
}

function handOutPolicies(
  options: ReadOptions,
  entry: HostEntry,
  nowMs: number,
): AgentReply | Promise<AgentReply> {
  if (!isAwaitedByPeople(entry) && options.postpones()) return NOTHING_NOW;
  return handOut(options, entry, options.knowledge().plans.of(entry), nowMs);
}

/** A refetch, but not the one that every enrolment begins with. */
const isAwaitedByPeople = (entry: HostEntry): boolean =>
  entry.refetchRequestedAtMs !== 0 && entry.detailUpdatedAtMs !== 0;

function handOut(
  options: ReadOptions,
  entry: HostEntry,
  plan: Plan,
  nowMs: number,
): AgentReply | Promise<AgentReply> {
  const due = whatIsDue(entry, plan, options.cadence, nowMs);
  // The operator's limit is on hosts: one token lets a host have all that is new to it.
  const hasNew = due.newItems.length > 0 || due.labels === "new";
  const allowsNew = hasNew && options.rollout.take();
  const items = allowsNew ? [...due.newItems, ...due.items] : due.items;
  const parts = {
    details: due.details,
    labels: due.labels === "now" || (due.labels === "new" && allowsNew),
  };
  if (items.length === 0 && !parts.details && !parts.labels) return IDLE;
  if (isRefetchOver(entry, nowMs)) options.giveUpRefetch(entry);
  const before = entry.asked;
  const batch = plan.batch(items);
  noteAsked(entry, plan, batch, parts, nowMs);
  options.asked(batch.size);
  const seconds = accelerateSeconds(entry);
  const prepared = seconds === 0 ? batch.reply(parts) : batch.acceleratedReply(parts, seconds);
  const revision = batch.newestRevision;
  if (revision <= entry.witnessedRevision) return prepared;
  return options.witness({ hostId: entry.hostId, atMs: nowMs, revision }).then(
    () => {
      entry.witnessedRevision = Math.max(entry.witnessedRevision, revision);
      return prepared;
    },
    (error: unknown) => {
      // The host is told nothing, so nothing is out.
      entry.asked = before;
      throw error;
    },
  );
}

function accelerateSeconds(entry: HostEntry): number {
  if (entry.detailUpdatedAtMs === 0) return UNKNOWN_ACCELERATE_SECONDS;
  return isAwaitedByPeople(entry) ? AWAITED_ACCELERATE_SECONDS : 0;
}

function isRefetchOver(entry: HostEntry, nowMs: number): boolean {
  const { asked, refetchRequestedAtMs } = entry;
  if (refetchRequestedAtMs === 0 || !asked || asked.atMs < refetchRequestedAtMs) return false;
  return nowMs - refetchRequestedAtMs > REFETCH_LIFE_MS && asked.unanswered > 0;
}

/** Remembers what is out. What was out before and has not been answered stays part of it. */
function noteAsked(entry: HostEntry, plan: Plan, batch: Batch, parts: Parts, atMs: number): void {
  const before = entry.asked;
  const awaited = isAwaited(entry, atMs) ? before : undefined;
  const last = {
    atMs,
    detailsAtMs: parts.details ? atMs : awaited?.detailsAtMs,
    labels: parts.labels ? { atMs, revisions: plan.labels.revisions } : awaited?.labels,
    // Asked before, not awaited any more, and never answered: that is one more failure.
    unanswered: before && !awaited ? before.unanswered + 1 : (before?.unanswered ?? 0),
  };
  const { queryRevisions } = batch;
  entry.asked = before
    ? before.next(
        last,
        queryRevisions,
        plan.items.map((item) => item.policy.id),
      )
    : new Asked(last, queryRevisions);
}

import { type Database, type Transaction, transaction } from "#db/client.ts";
import { type Card, readCard, writeCard } from "#lib/membership/card.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import type { AnsweredPolicy, Bench } from "#lib/membership/judge.ts";
import { cardDeadline, unchanged, writeVerdicts } from "#lib/membership/membership.ts";
import { entryCounts, type HostScope, policyApplies } from "#lib/membership/scope.ts";
import {
  type CardUpdate,
  holdPolicies,
  type LockedHost,
  lockHosts,
  updateCards,
} from "#lib/membership/sql.ts";
import { type Answer, standingAfter } from "#lib/membership/status.ts";
import { type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import type { Metrics } from "#lib/metrics.ts";
import { UNWITNESSED_MS } from "./asked.ts";
import type { Report } from "./report.ts";
import { selectAskedRevisions, updateVitals, upsertInventory } from "./sql.ts";

interface Judged {
  host: LockedHost;
  standing: HostStanding;
}

/** What is written for one batch of reports, gathered host by host. */
class Batch {
  readonly changes = new MembershipChanges();
  readonly cards: CardUpdate[] = [];
  readonly judged: Judged[] = [];
  readonly committed: CommittedHost[] = [];
}

/** A host's agent row as a commit left it. */
export interface CommittedHost {
  hostId: number;
  revision: number;
  platformFamily: string;
  card: Buffer;
  detailUpdatedAtMs: number;
  refetchRequestedAtMs: number;
}

export interface ReportCommitter {
  db: Database;
  metrics: Metrics;
  /** The policies as of a revision; reads them again when the process's copy is another one. */
  benchAt: (revision: number) => Promise<Bench>;
}

/**
 * Writes reports in one transaction. Locks go policies, hosts, memberships, counts, everywhere.
 * The host's card under lock says what was, so nothing is read per policy, and a report that
 * changes nothing writes one row: the card with its new times.
 */
export async function commitReports(
  committer: ReportCommitter,
  reports: Report[],
): Promise<CommittedHost[]> {
  return transaction(committer.db, async (tx) => {
    const revision = await holdPolicies(tx);
    const bench = await committer.benchAt(revision);
    const hosts = await lockHosts(tx, [...new Set(reports.map((report) => report.hostId))]);
    const asked = await askedElsewhere(tx, reports);
    const batch = new Batch();
    for (const host of hosts) {
      const own = reports.filter((report) => report.hostId === host.hostId);
      await applyReports(tx, committer, bench, batch, host, own, asked.get(host.hostId));
    }
    await upsertInventory(tx, inventoryOf(reports, hosts));
    await updateCards(tx, batch.cards);
    await writeVerdicts(tx, batch.judged);
    await batch.changes.write(tx, new Date(reports[0]?.receivedAtMs ?? Date.now()));
    return batch.committed;
  });
}

function askedElsewhere(tx: Transaction, reports: Report[]): Promise<Map<number, number>> {
  const unknown = reports.filter(
    (report) => report.answers.size > 0 && report.askedRevision === undefined,
  );
  if (unknown.length === 0) return Promise.resolve(new Map());
  return selectAskedRevisions(
    tx,
    unknown.map((report) => report.hostId),
  );
}

function inventoryOf(reports: Report[], hosts: LockedHost[]) {
  const known = new Set(hosts.map((host) => host.hostId));
  return reports.flatMap(({ hostId, details }) =>
    details?.users && known.has(hostId)
      ? [{ hostId, users: details.users, batteries: details.batteries ?? [] }]
      : [],
  );
}

async function applyReports(
  tx: Transaction,
  committer: ReportCommitter,
  bench: Bench,
  batch: Batch,
  host: LockedHost,
  reports: Report[],
  askedElsewhereRevision: number | undefined,
): Promise<void> {
  const card = readCard(host.card);
  const update = { ...unchanged(host) };
  // Details may correct the platform that policies are chosen by.
  const scope: HostScope = { teamId: host.teamId, platformFamily: host.platformFamily };
  for (const report of reports) {
    const at = new Date(report.receivedAtMs);
    if (report.details) {
      await updateVitals(tx, host.hostId, report.details.vitals, at);
      scope.platformFamily = report.details.vitals.platformFamily || scope.platformFamily;
    }
    if (report.detailsComplete) update.detailUpdatedAt = later(update.detailUpdatedAt, at);
    const askedRevision = report.askedRevision ?? askedElsewhereRevision;
    for (const [policyId, answer] of report.answers) {
      const policy = bench.policies.find((one) => one.id === policyId);
      if (
        !policy ||
        !policyApplies(policy, scope) ||
        !isForThisSql(policy, report, askedRevision)
      ) {
        committer.metrics.agentInputs.inc({ reason: "late_or_unknown_policy" });
        continue;
      }
      take(batch.changes, card, { ...host, ...scope }, policy, answer, at);
      committer.metrics.policyAnswers.inc({ state: card.get(policyId)?.state ?? "error" });
      update.policyUpdatedAt = later(update.policyUpdatedAt, at);
    }
  }
  const judgedHost = { ...host, ...scope };
  prune(batch.changes, card, bench, host, scope, new Date(reports[0]?.receivedAtMs ?? 0));
  update.refetchRequestedAt = remainingRefetch(update, bench, judgedHost, card);
  const nowMs = reports.at(-1)?.receivedAtMs ?? Date.now();
  const packed = writeCard(card);
  const deadlineAt = cardDeadline(bench, judgedHost, card);
  batch.cards.push({ ...update, card: packed, deadlineAt });
  batch.committed.push({
    hostId: host.hostId,
    revision: host.revision + 1,
    platformFamily: scope.platformFamily,
    card: packed,
    detailUpdatedAtMs: update.detailUpdatedAt?.getTime() ?? 0,
    refetchRequestedAtMs: update.refetchRequestedAt?.getTime() ?? 0,
  });
  const standing = judgeHost(bench.policies, scope, card, bench.gate, nowMs);
  batch.judged.push({ host, standing });
}

const later = (a: Date | null, b: Date) => (a && a > b ? a : b);

/** Whether an answer was given to the SQL now in force, as far as can be known. */
function isForThisSql(
  policy: AnsweredPolicy,
  report: Report,
  askedRevision: number | undefined,
): boolean {
  if (askedRevision !== undefined) return askedRevision >= policy.queryRevision;
  return report.receivedAtMs - policy.queryChangedAt.getTime() > UNWITNESSED_MS;
}

/** Applies one answer to the card, and to rows, history and counts if the state changes. */
function take(
  changes: MembershipChanges,
  card: Card,
  host: LockedHost,
  policy: AnsweredPolicy,
  answer: Answer,
  at: Date,
): void {
  const entry = card.get(policy.id);
  const before = entry && entryCounts(entry, policy, host) ? entry : undefined;
  // A duplicate or reordered post must not turn time back.
  if (before && before.evaluatedAtMs > at.getTime()) return;
  const standing = standingAfter(before, answer);
  const row = {
    hostId: host.hostId,
    policyId: policy.id,
    revision: policy.revision,
    ...standing,
    since: at,
    error: standing.state === "error" ? answer.message : null,
  };
  if (before?.state !== standing.state) {
    changes.set(row);
    const fromState = before?.state ?? "pending";
    changes.move({ ...row, fromState, toState: standing.state, at }, host.teamId);
  } else if (standing.state === "error") {
    changes.setError(row);
  }
  const { id: policyId, revision } = policy;
  card.set(policyId, { policyId, revision, evaluatedAtMs: at.getTime(), ...standing });
}

/** Drops what the host is no longer asked, and retires it where it still counted. */
function prune(
  changes: MembershipChanges,
  card: Card,
  bench: Bench,
  host: LockedHost,
  scope: HostScope,
  at: Date,
): void {
  const policies = new Map(bench.policies.map((policy) => [policy.id, policy]));
  for (const entry of [...card.values()]) {
    const policy = policies.get(entry.policyId);
    if (policy && policyApplies(policy, scope)) continue;
    card.delete(entry.policyId);
    if (!policy || !policyApplies(policy, host) || !entryCounts(entry, policy, host)) continue;
    const key = { hostId: host.hostId, policyId: policy.id, revision: policy.revision };
    const fromState = entry.state;
    changes.move({ ...key, fromState, toState: "not_applicable", error: null, at }, host.teamId);
    changes.remove(key);
  }
}

/** The refetch that is still open: until details and every policy have been answered after it. */
function remainingRefetch(
  update: Omit<CardUpdate, "card" | "deadlineAt">,
  bench: Bench,
  host: LockedHost,
  card: Card,
): Date | null {
  const requestedAt = update.refetchRequestedAt;
  if (!requestedAt) return null;
  if (!update.detailUpdatedAt || update.detailUpdatedAt <= requestedAt) return requestedAt;
  const open = bench.policies.some((policy) => {
    if (!policyApplies(policy, host)) return false;
    const entry = card.get(policy.id);
    return (
      !entry || !entryCounts(entry, policy, host) || entry.evaluatedAtMs < requestedAt.getTime()
    );
  });
  return open ? requestedAt : null;
}

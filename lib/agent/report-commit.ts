import { type Database, type Transaction, transaction } from "#db/client.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { recordHostVersions } from "#lib/membership/host-versions.ts";
import { type Bench, type Court, courtOf } from "#lib/membership/judge.ts";
import type { Labels } from "#lib/membership/label-card.ts";
import { type CardUpdate, lockHosts, selectVitals } from "#lib/membership/sql.ts";
import { writeHosts } from "#lib/membership/write-hosts.ts";
import type { Metrics } from "#lib/metrics.ts";
import { holdPolicies } from "#lib/revisions.ts";
import { HostChange } from "./host-change.ts";
import type { Report } from "./report.ts";
import { selectAskedRevisions, updateVitals, upsertInventory } from "./sql.ts";

/** A host's agent row as a commit left it. */
export interface CommittedHost {
  hostId: number;
  revision: number;
  platformFamily: string;
  card: Buffer;
  labels: Labels;
  labelUpdatedAtMs: number;
  detailUpdatedAtMs: number;
  refetchRequestedAtMs: number;
}

export interface ReportCommitter {
  db: Database;
  metrics: Metrics;
  /** The policies as of a revision; reads them again when the process's copy is another one. */
  benchAt: (revision: number, tx: Transaction) => Promise<Bench>;
}

/**
 * Writes reports in one transaction. Locks go policies, hosts, memberships, counts, everywhere.
 * The host's card under lock says what was, so nothing is read per policy, and a report that
 * changes nothing writes one row: the card with its new times.
 */
export function commitReports(
  committer: ReportCommitter,
  reports: Report[],
): Promise<CommittedHost[]> {
  return transaction(committer.db, async (tx) => {
    const bench = await committer.benchAt(await holdPolicies(tx), tx);
    const changes = new MembershipChanges();
    const hosts = await applyReports(tx, committer, reports, courtOf(bench), changes);
    const at = new Date(reports[0]?.receivedAtMs ?? Date.now());
    const finished = hosts.map((change) => ({ ...change.finish(at), change }));
    await writeFinished(tx, finished, changes, at);
    return finished.map(({ change, update }) => committed(change, update));
  });
}

/** Locked hosts after all that was said of them. */
export type FinishedHost = ReturnType<HostChange["finish"]> & { change: HostChange };

/** Writes hosts as of `at`, and the changes that they made. */
export async function writeFinished(
  tx: Transaction,
  finished: readonly FinishedHost[],
  changes: MembershipChanges,
  at: Date,
): Promise<void> {
  const answeredAtMs = new Map(
    finished.map(({ change, update }) => [
      change.host.hostId,
      update.policyUpdatedAt?.getTime() ?? 0,
    ]),
  );
  await writeHosts(tx, finished, changes, at, answeredAtMs);
}

async function applyReports(
  tx: Transaction,
  { metrics }: ReportCommitter,
  reports: Report[],
  court: Court,
  changes: MembershipChanges,
): Promise<HostChange[]> {
  const locked = await lockHosts(tx, [...new Set(reports.map((report) => report.hostId))]);
  const hosts = new Map(locked.map((host) => [host.hostId, new HostChange(host, court, changes)]));
  const asked = await askedElsewhere(tx, reports);
  // Deleted meanwhile: its key is dead, and what it says concerns nobody.
  const known = reports.filter((report) => hosts.has(report.hostId));
  const vitals = await writeDetails(tx, known);
  for (const report of known) {
    const host = hosts.get(report.hostId);
    if (!host) continue;
    const own = vitals.get(report.hostId);
    if (report.details && own) host.takeDetails(report, own);
    metrics.agentInputs.inc({ reason: "late_or_unknown_label" }, host.takeLabels(report));
    const skipped = host.takeAnswers(report, asked.get(report.hostId) ?? 0);
    metrics.agentInputs.inc({ reason: "late_or_unknown_policy" }, skipped);
    metrics.policyAnswers.inc(report.answers.size - skipped);
  }
  return [...hosts.values()];
}

/** Writes what details told, and returns the vitals of the hosts that told some. */
async function writeDetails(tx: Transaction, reports: readonly Report[]) {
  const detailed = reports.filter(({ details }) => details);
  for (const { hostId, details, receivedAtMs } of detailed) {
    if (details) await updateVitals(tx, hostId, details.vitals, new Date(receivedAtMs));
  }
  await upsertInventory(tx, detailed.flatMap(inventoryOf));
  const hostIds = detailed.map(({ hostId }) => hostId);
  await recordHostVersions(tx, hostIds, new Date(reports[0]?.receivedAtMs ?? Date.now()));
  return selectVitals(tx, hostIds);
}

/** What hosts were asked by others than this process, where that must be known. */
function askedElsewhere(tx: Transaction, reports: Report[]): Promise<Map<number, number>> {
  const unknown = reports.filter(({ answers, asked }) =>
    [...answers.keys()].some((policyId) => !asked?.handed(policyId)),
  );
  if (unknown.length === 0) return Promise.resolve(new Map());
  return selectAskedRevisions(
    tx,
    unknown.map((report) => report.hostId),
  );
}

function inventoryOf({ hostId, details }: Report) {
  return details?.users
    ? [{ hostId, users: details.users, batteries: details.batteries ?? [] }]
    : [];
}

const committed = (change: HostChange, update: CardUpdate): CommittedHost => ({
  hostId: change.host.hostId,
  revision: change.host.revision + 1,
  platformFamily: change.platformFamily,
  card: update.card,
  labels: change.labels,
  labelUpdatedAtMs: (update.labels?.updatedAt ?? change.host.labelUpdatedAt)?.getTime() ?? 0,
  detailUpdatedAtMs: update.detailUpdatedAt?.getTime() ?? 0,
  refetchRequestedAtMs: update.refetchRequestedAt?.getTime() ?? 0,
});

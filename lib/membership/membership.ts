import { databaseNow, type Transaction } from "#db/client.ts";
import { notFound } from "#lib/errors.ts";
import { type Card, readCard, writeCard } from "./card.ts";
import { MembershipChanges } from "./changes.ts";
import { endHostVersions, recordHostVersions } from "./host-versions.ts";
import { holdBench } from "./judge.ts";
import { entryCounts, type HostScope, policyApplies } from "./scope.ts";
import {
  type CardUpdate,
  countMemberships,
  deleteMembershipsOfHosts,
  deleteStats,
  insertStats,
  type LockedHost,
  lockHosts,
  retirePolicyOnPlatforms,
  teamExists,
  tombstoneAgents,
  updateCards,
  updateTeam,
  updateVerdict,
} from "./sql.ts";
import { staleAtMs } from "./status.ts";
import { type HostStanding, type JudgedPolicy, judgeHost } from "./verdict.ts";
import { endPolicyVersions } from "./versions.ts";

/** Hosts handled per round of statements; a transaction may take many rounds. */
const HOSTS_PER_STEP = 500;

/** When the next answer on the card turns stale; null when none does. */
export function cardDeadline(
  policies: Iterable<JudgedPolicy>,
  host: HostScope,
  card: Card,
): Date | null {
  let deadlineMs = Number.POSITIVE_INFINITY;
  for (const policy of policies) {
    const entry = card.get(policy.id);
    if (!entry || entry.state === "stale" || !policyApplies(policy, host)) continue;
    if (!entryCounts(entry, policy, host)) continue;
    deadlineMs = Math.min(deadlineMs, staleAtMs(entry, policy.intervalSeconds));
  }
  return Number.isFinite(deadlineMs) ? new Date(deadlineMs) : null;
}

/** Writes verdicts that differ from what the rows say, grouped so that equal ones share a statement. */
export async function writeVerdicts(
  tx: Transaction,
  judged: readonly { host: LockedHost; standing: HostStanding }[],
): Promise<void> {
  const groups = new Map<string, { ids: number[]; standing: HostStanding }>();
  for (const { host, standing } of judged) {
    const same =
      host.verdict === standing.verdict &&
      host.failingPoliciesCount === standing.failingCount &&
      host.failingCriticalPoliciesCount === standing.failingCriticalCount;
    if (same) continue;
    const key = `${standing.verdict} ${standing.failingCount} ${standing.failingCriticalCount}`;
    const group = groups.get(key) ?? { ids: [], standing };
    group.ids.push(host.hostId);
    groups.set(key, group);
  }
  for (const { ids, standing } of groups.values()) {
    await updateVerdict(tx, ids, standing);
  }
}

function inSteps<T>(items: readonly T[]): T[][] {
  const steps: T[][] = [];
  for (let at = 0; at < items.length; at += HOSTS_PER_STEP) {
    steps.push(items.slice(at, at + HOSTS_PER_STEP));
  }
  return steps;
}

/** A card update that leaves the times as they are. */
export const unchanged = (host: LockedHost): Omit<CardUpdate, "card" | "deadlineAt"> => ({
  host,
  policyUpdatedAt: host.policyUpdatedAt,
  detailUpdatedAt: host.detailUpdatedAt,
  refetchRequestedAt: host.refetchRequestedAt,
});

/**
 * Throws `not_found` unless hosts may go to the team (null: none). Call it after holdPolicies, which
 * the deletion of a team waits for: a host in a team that is gone would be in nobody's sight.
 */
export async function requireTeam(tx: Transaction, teamId: number | null): Promise<void> {
  if (teamId !== null && !(await teamExists(tx, teamId))) throw notFound(`Team ${teamId}`);
}

/**
 * Takes hosts to another team (null: none) with what that means for their answers: those to the
 * old team's policies retire, those to global ones are counted for the new team. Unknown ids are
 * skipped. The caller records the activity.
 */
export async function moveHostsToTeam(
  tx: Transaction,
  hostIds: readonly number[],
  teamId: number | null,
): Promise<void> {
  const bench = await holdBench(tx);
  await requireTeam(tx, teamId);
  const at = await databaseNow(tx);
  for (const step of inSteps([...hostIds].sort((a, b) => a - b))) {
    const hosts = await lockHosts(tx, step);
    const changes = new MembershipChanges();
    const updates: CardUpdate[] = [];
    const judged: { host: LockedHost; standing: HostStanding }[] = [];
    for (const host of hosts.filter((row) => row.teamId !== teamId)) {
      const moved = { ...host, teamId };
      const card = readCard(host.card);
      for (const policy of bench.policies) {
        const entry = card.get(policy.id);
        if (!entry || !policyApplies(policy, host)) continue;
        if (!entryCounts(entry, policy, host)) continue;
        const key = { hostId: host.hostId, policyId: policy.id, revision: policy.revision };
        if (policyApplies(policy, moved)) {
          changes.count(policy.id, host.teamId, policy.revision, entry.state, -1);
          changes.count(policy.id, teamId, policy.revision, entry.state, 1);
          continue;
        }
        const toState = "not_applicable";
        changes.remove(key);
        changes.move({ ...key, fromState: entry.state, toState, error: null, at }, host.teamId);
        card.delete(policy.id);
      }
      const deadlineAt = cardDeadline(bench.policies, moved, card);
      updates.push({ ...unchanged(host), card: writeCard(card), deadlineAt });
      judged.push({
        host,
        standing: judgeHost(bench.policies, moved, card, bench.gate, at.getTime()),
      });
    }
    await updateTeam(tx, step, teamId);
    await recordHostVersions(tx, step, at);
    await updateCards(tx, updates);
    await writeVerdicts(tx, judged);
    await changes.write(tx, at);
  }
}

/** Takes the answers of hosts that are about to be deleted out of rows and counts, and ends their keys. */
export async function retireHosts(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  const bench = await holdBench(tx);
  const at = await databaseNow(tx);
  for (const step of inSteps([...hostIds].sort((a, b) => a - b))) {
    const changes = new MembershipChanges();
    for (const host of await lockHosts(tx, step)) {
      const card = readCard(host.card);
      for (const policy of bench.policies) {
        const entry = card.get(policy.id);
        if (!entry || !policyApplies(policy, host)) continue;
        if (entryCounts(entry, policy, host)) {
          changes.count(policy.id, host.teamId, policy.revision, entry.state, -1);
        }
      }
    }
    await deleteMembershipsOfHosts(tx, step);
    await tombstoneAgents(tx, step);
    await endHostVersions(tx, step, at);
    await changes.write(tx, at);
  }
}

/**
 * Counts a policy's hosts anew and replaces its counts. The caller must have raised or locked the
 * policies revision, which keeps commits away.
 */
export async function recountPolicy(
  tx: Transaction,
  policy: { id: number; revision: number },
): Promise<void> {
  const at = await databaseNow(tx);
  const counted = await countMemberships(tx, policy.id);
  const teamIds = [...new Set(counted.map((row) => row.teamId))].sort((a, b) => a - b);
  const hostsOf = (teamId: number, state: string) =>
    counted.find((row) => row.teamId === teamId && row.state === state)?.hosts ?? 0;
  await deleteStats(tx, [policy.id]);
  await insertStats(
    tx,
    teamIds.map((teamId) => ({
      policyId: policy.id,
      teamId,
      revision: policy.revision,
      passing: hostsOf(teamId, "pass"),
      failing: hostsOf(teamId, "fail"),
      erroring: hostsOf(teamId, "error"),
      stale: hostsOf(teamId, "stale"),
      countedAt: at,
      updatedAt: at,
    })),
  );
}

/**
 * Retires a policy's answers on platforms that leave its scope. The caller has raised the
 * policies revision, which keeps commits away. Cards keep the entries; platform_since makes them void
 * should the platform come back.
 */
export async function retirePlatforms(
  tx: Transaction,
  policy: { id: number; revision: number },
  families: readonly string[],
): Promise<void> {
  await retirePolicyOnPlatforms(tx, policy.id, families, await databaseNow(tx));
  await recountPolicy(tx, policy);
}

/**
 * Ends deleted policies. Their membership rows need no deleting now: every statement joins the
 * policy, so they are invisible, and the worker removes them in bounded steps.
 */
export async function retirePolicies(tx: Transaction, policyIds: readonly number[]): Promise<void> {
  await endPolicyVersions(tx, policyIds, await databaseNow(tx));
  await deleteStats(tx, policyIds);
}

import { asc, eq, inArray, sql } from "drizzle-orm";
import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { bulk, type Executor, type Transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies, policyMembership, policyStats } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import type { SharedFlip } from "./shared-flips.ts";
import type { AnsweredState, PolicyState } from "./status.ts";

/** A host's row while this transaction holds it. */
export type LockedHost = Awaited<ReturnType<typeof lockHosts>>[number];

/**
 * Locks hosts for a change of their answers, in order of id. Every such change goes through here,
 * so the changes of one host happen one after the other, on whatever server.
 */
export function lockHosts(tx: Transaction, hostIds: readonly number[]) {
  return tx
    .select({
      hostId: hostAgents.hostId,
      identifier: hostAgents.identifier,
      card: hostAgents.card,
      revision: hostAgents.revision,
      detailUpdatedAt: hostAgents.detailUpdatedAt,
      policyUpdatedAt: hostAgents.policyUpdatedAt,
      refetchRequestedAt: hostAgents.refetchRequestedAt,
      deadlineAt: hostAgents.deadlineAt,
      teamId: hosts.teamId,
      platformFamily: hosts.platformFamily,
      verdict: hosts.verdict,
      failingPoliciesCount: hosts.failingPoliciesCount,
      failingCriticalPoliciesCount: hosts.failingCriticalPoliciesCount,
    })
    .from(hostAgents)
    .innerJoin(hosts, eq(hosts.id, hostAgents.hostId))
    .where(inArray(hostAgents.hostId, [...hostIds]))
    .orderBy(asc(hostAgents.hostId))
    .for("update");
}

const judgedColumns = {
  id: policies.id,
  name: policies.name,
  teamId: policies.teamId,
  platform: policies.platform,
  critical: policies.critical,
  intervalSeconds: policies.intervalSeconds,
  revision: policies.revision,
  platformSince: policies.platformSince,
  queryRevision: policies.queryRevision,
};

export function selectJudgedPolicies(executor: Executor) {
  return executor.select(judgedColumns).from(policies).orderBy(asc(policies.id));
}

/**
 * Keeps every policy as it is until the transaction ends, and returns the policies revision: all
 * who edit policies raise it first, so they and the holders wait for each other on that one row.
 * Take it before lockHosts: one order for all, or transactions dead-lock. Share mode is spelled the
 * old way because MariaDB 10.11 does not know FOR SHARE.
 */
export async function holdPolicies(tx: Transaction): Promise<number> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    "SELECT value FROM revisions WHERE name = 'policies' LOCK IN SHARE MODE",
  );
  return Number(rows[0]?.value ?? 0);
}

export interface MembershipRow {
  hostId: number;
  policyId: number;
  revision: number;
  state: AnsweredState;
  passes: boolean | null;
  since: Date;
  error: string | null;
}

export function upsertMemberships(tx: Transaction, rows: readonly MembershipRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
     VALUES ? ON DUPLICATE KEY UPDATE revision = VALUES(revision), state = VALUES(state),
     passes = VALUES(passes), since = VALUES(since), error = VALUES(error)`,
    rows.map((row) => [
      row.hostId,
      row.policyId,
      row.revision,
      row.state,
      row.passes,
      row.since,
      row.error,
    ]),
  );
}

/**
 * As upsertMemberships, for rows that exist and change alike; the times are those of the hosts'
 * rows. Throws when a row is missing, and a commit that is then repeated host by host upserts it.
 */
export async function updateSharedMemberships(tx: Transaction, flip: SharedFlip): Promise<void> {
  const [result] = await tx.$client.query<ResultSetHeader>(
    // Left to itself the server reads, and locks, all rows of the policy; with the tables the other
    // way round it writes all rows to a temporary table first.
    `UPDATE policy_membership m FORCE INDEX (PRIMARY)
     STRAIGHT_JOIN host_agents a ON a.host_id = m.host_id
     SET m.revision = ?, m.state = ?, m.passes = ?, m.since = a.policy_updated_at, m.error = NULL
     WHERE m.policy_id = ? AND m.host_id IN (?)`,
    [flip.revision, flip.state, flip.passes, flip.policyId, flip.hostIds],
  );
  if (result.affectedRows !== flip.hostIds.length) {
    throw new Error(`policy ${flip.policyId}: rows of answered policies are missing`);
  }
}

/** Removes rows by (host, policy). */
export async function deleteMemberships(
  tx: Transaction,
  keys: readonly { hostId: number; policyId: number }[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += 500) {
    const tuples = keys.slice(at, at + 500).map((key) => [key.hostId, key.policyId]);
    await tx.$client.query("DELETE FROM policy_membership WHERE (host_id, policy_id) IN (?)", [
      tuples,
    ]);
  }
}

export async function deleteMembershipsOfHosts(tx: Transaction, hostIds: readonly number[]) {
  await tx.delete(policyMembership).where(inArray(policyMembership.hostId, [...hostIds]));
}

/** New texts of errors that go on; nothing else of the rows changes, least of all since. */
export function updateErrors(tx: Transaction, rows: readonly MembershipRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
     VALUES ? ON DUPLICATE KEY UPDATE error = VALUES(error)`,
    rows.map((row) => [
      row.hostId,
      row.policyId,
      row.revision,
      row.state,
      row.passes,
      row.since,
      row.error,
    ]),
  );
}

export interface TransitionRow {
  hostId: number;
  policyId: number;
  revision: number;
  fromState: PolicyState;
  toState: PolicyState;
  error: string | null;
  at: Date;
}

export function insertTransitions(tx: Transaction, rows: readonly TransitionRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, error, at)
     VALUES ?`,
    rows.map((row) => [
      row.hostId,
      row.policyId,
      row.revision,
      row.fromState,
      row.toState,
      row.error,
      row.at,
    ]),
  );
}

export async function insertSharedTransitions(tx: Transaction, flip: SharedFlip): Promise<void> {
  await tx.$client.query(
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, at)
     SELECT host_id, ?, ?, ?, ?, policy_updated_at FROM host_agents WHERE host_id IN (?)`,
    [flip.policyId, flip.revision, flip.fromState, flip.state, flip.hostIds],
  );
}

/** Adds to the live counts, which may start at nothing. Rows must be in order of policy and team. */
export function addToStats(
  tx: Transaction,
  rows: readonly {
    policyId: number;
    teamId: number;
    revision: number;
    counts: Record<AnsweredState, number>;
  }[],
  at: Date,
): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_stats (policy_id, team_id, revision, passing_host_count,
     failing_host_count, error_host_count, stale_host_count, updated_at) VALUES ?
     ON DUPLICATE KEY UPDATE
     passing_host_count = passing_host_count + VALUES(passing_host_count),
     failing_host_count = failing_host_count + VALUES(failing_host_count),
     error_host_count = error_host_count + VALUES(error_host_count),
     stale_host_count = stale_host_count + VALUES(stale_host_count),
     updated_at = VALUES(updated_at)`,
    rows.map((row) => [
      row.policyId,
      row.teamId,
      row.revision,
      row.counts.pass,
      row.counts.fail,
      row.counts.error,
      row.counts.stale,
      at,
    ]),
  );
}

/** What an answer changes in a host's agent row. */
export interface CardUpdate {
  host: LockedHost;
  card: Buffer;
  deadlineAt: Date | null;
  policyUpdatedAt: Date | null;
  detailUpdatedAt: Date | null;
  refetchRequestedAt: Date | null;
}

/**
 * Writes cards of locked hosts. An upsert only in form: the rows exist, and one statement for many
 * rows is what it buys. changed_at is the database's time, which all servers share.
 */
export function updateCards(tx: Transaction, updates: readonly CardUpdate[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO host_agents (host_id, identifier, card, deadline_at, policy_updated_at,
     detail_updated_at, refetch_requested_at, changed_at) VALUES ?
     ON DUPLICATE KEY UPDATE card = VALUES(card), deadline_at = VALUES(deadline_at),
     policy_updated_at = VALUES(policy_updated_at), detail_updated_at = VALUES(detail_updated_at),
     refetch_requested_at = VALUES(refetch_requested_at),
     revision = revision + 1, changed_at = UTC_TIMESTAMP(3)`,
    updates.map((update) => [
      update.host.hostId,
      update.host.identifier,
      update.card,
      update.deadlineAt,
      update.policyUpdatedAt,
      update.detailUpdatedAt,
      update.refetchRequestedAt,
      new Date(),
    ]),
  );
}

export async function updateVerdict(
  tx: Transaction,
  hostIds: readonly number[],
  standing: { verdict: string; failingCount: number; failingCriticalCount: number },
): Promise<void> {
  await tx
    .update(hosts)
    .set({
      verdict: standing.verdict,
      failingPoliciesCount: standing.failingCount,
      failingCriticalPoliciesCount: standing.failingCriticalCount,
    })
    .where(inArray(hosts.id, [...hostIds]));
}

export async function teamExists(tx: Transaction, teamId: number): Promise<boolean> {
  const rows = await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId));
  return rows.length > 0;
}

export async function updateTeam(
  tx: Transaction,
  hostIds: readonly number[],
  teamId: number | null,
): Promise<void> {
  await tx
    .update(hosts)
    .set({ teamId })
    .where(inArray(hosts.id, [...hostIds]));
}

/** Tells every server that the hosts' agent rows changed. */
export async function touchAgents(
  tx: Transaction,
  hostIds: readonly number[],
  fields: { refetchRequestedAt?: "now" } = {},
): Promise<void> {
  await tx
    .update(hostAgents)
    .set({
      revision: sql`${hostAgents.revision} + 1`,
      changedAt: sql`UTC_TIMESTAMP(3)`,
      ...(fields.refetchRequestedAt ? { refetchRequestedAt: sql`UTC_TIMESTAMP(3)` } : {}),
    })
    .where(inArray(hostAgents.hostId, [...hostIds]));
}

/** Ends the hosts for the agent path; the row stays to tell other servers that the key is dead. */
export async function tombstoneAgents(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  await tx
    .update(hostAgents)
    .set({
      identifier: sql`concat('deleted:', ${hostAgents.hostId})`,
      nodeKeyHash: null,
      previousNodeKeyHash: null,
      previousNodeKeyExpiresAt: null,
      card: null,
      deadlineAt: null,
      refetchRequestedAt: null,
      deletedAt: sql`UTC_TIMESTAMP(3)`,
      revision: sql`${hostAgents.revision} + 1`,
      changedAt: sql`UTC_TIMESTAMP(3)`,
    })
    .where(inArray(hostAgents.hostId, [...hostIds]));
}

/** The membership rows of some hosts for some policies, for what a card cannot tell. */
export function selectMemberships(
  executor: Executor,
  hostIds: readonly number[],
  policyIds: readonly number[],
) {
  return executor
    .select()
    .from(policyMembership)
    .where(
      sql`${inArray(policyMembership.hostId, [...hostIds])} and ${inArray(policyMembership.policyId, [...policyIds])}`,
    );
}

/** Moves the answers of one policy on some platforms into history and removes them. */
export async function retirePolicyOnPlatforms(
  tx: Transaction,
  policyId: number,
  families: readonly string[],
  at: Date,
): Promise<void> {
  await tx.$client.query(
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, at)
     SELECT m.host_id, m.policy_id, m.revision, m.state, 'not_applicable', ?
     FROM policy_membership m JOIN policies p ON p.id = m.policy_id AND p.revision = m.revision
     JOIN hosts h ON h.id = m.host_id WHERE m.policy_id = ? AND h.platform_family IN (?)`,
    [at, policyId, families],
  );
  await tx.$client.query(
    `DELETE m FROM policy_membership m JOIN hosts h ON h.id = m.host_id
     WHERE m.policy_id = ? AND h.platform_family IN (?)`,
    [policyId, families],
  );
}

export interface CountedRow extends RowDataPacket {
  teamId: number;
  state: AnsweredState;
  hosts: number;
}

/** How many hosts stand how on a policy's present revision, by team of the host (0: no team). */
export async function countMemberships(tx: Transaction, policyId: number): Promise<CountedRow[]> {
  const [rows] = await tx.$client.query<CountedRow[]>(
    `SELECT ifnull(h.team_id, 0) AS teamId, m.state AS state, count(*) AS hosts
     FROM policies p JOIN policy_membership m ON m.policy_id = p.id AND m.revision = p.revision
     JOIN hosts h ON h.id = m.host_id WHERE p.id = ? GROUP BY 1, 2`,
    [policyId],
  );
  return rows;
}

export function selectStats(executor: Executor, policyId: number) {
  return executor.select().from(policyStats).where(eq(policyStats.policyId, policyId));
}

export async function deleteStats(executor: Executor, policyIds: readonly number[]) {
  await executor.delete(policyStats).where(inArray(policyStats.policyId, [...policyIds]));
}

export async function insertStats(
  executor: Executor,
  rows: (typeof policyStats.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await executor.insert(policyStats).values(rows);
}

import { inArray, sql } from "drizzle-orm";
import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { bulk, type Executor, type Transaction } from "#db/client.ts";
import { labelMembership } from "#db/schema/labels.ts";
import { policyMembership, policyStats } from "#db/schema/policies.ts";
import type { AnsweredState, PolicyState } from "./status.ts";

export interface MembershipRow {
  hostId: number;
  policyId: number;
  revision: number;
  state: AnsweredState;
  passes: boolean | null;
  since: Date;
  error: string | null;
}

/** What a flip is, but for whose. */
export interface Change {
  revision: number;
  fromState: PolicyState;
  state: AnsweredState;
  passes: boolean | null;
}

/** One change that many hosts have in common, of one policy or several. */
export interface SharedFlip extends Change {
  policyIds: number[];
  /** In the order of their locks. */
  hostIds: number[];
}

const valuesOf = (rows: readonly MembershipRow[]) =>
  rows.map(({ hostId, policyId, revision, state, passes, since, error }) => [
    hostId,
    policyId,
    revision,
    state,
    passes,
    since,
    error,
  ]);

export function upsertMemberships(tx: Transaction, rows: readonly MembershipRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
     VALUES ? ON DUPLICATE KEY UPDATE revision = VALUES(revision), state = VALUES(state),
     passes = VALUES(passes), since = VALUES(since), error = VALUES(error)`,
    valuesOf(rows),
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
     WHERE m.host_id IN (?) AND m.policy_id IN (?)`,
    [flip.revision, flip.state, flip.passes, flip.hostIds, flip.policyIds],
  );
  if (result.affectedRows !== flip.hostIds.length * flip.policyIds.length) {
    throw new Error(`policies ${flip.policyIds}: rows of answered policies are missing`);
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

/** What hosts answered, also of labels. */
export async function deleteMembershipsOfHosts(tx: Transaction, hostIds: readonly number[]) {
  await tx.delete(labelMembership).where(inArray(labelMembership.hostId, [...hostIds]));
  await tx.delete(policyMembership).where(inArray(policyMembership.hostId, [...hostIds]));
}

/** What was answered, where the state goes on: texts of errors, and all of who is exempt. */
export function updateAnswers(tx: Transaction, rows: readonly MembershipRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
     VALUES ? ON DUPLICATE KEY UPDATE passes = VALUES(passes), error = VALUES(error)`,
    valuesOf(rows),
  );
}

/**
 * Other states of rows that exist, without an answer: what time does, and exemptions. The error stays,
 * for it is what an exempt host said; a stale row has none.
 */
export function updateStates(tx: Transaction, rows: readonly MembershipRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since, error)
     VALUES ? ON DUPLICATE KEY UPDATE state = VALUES(state), since = VALUES(since),
     error = IF(VALUES(state) = 'stale', NULL, error)`,
    valuesOf(rows),
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
    // Policies outside: rows of one follow each other in the indexes.
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, at)
     SELECT a.host_id, p.id, ?, ?, ?, a.policy_updated_at
     FROM policies p STRAIGHT_JOIN host_agents a WHERE p.id IN (?) AND a.host_id IN (?)`,
    [flip.revision, flip.fromState, flip.state, flip.policyIds, flip.hostIds],
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
     failing_host_count, error_host_count, stale_host_count, exempt_host_count, updated_at) VALUES ?
     ON DUPLICATE KEY UPDATE
     passing_host_count = passing_host_count + VALUES(passing_host_count),
     failing_host_count = failing_host_count + VALUES(failing_host_count),
     error_host_count = error_host_count + VALUES(error_host_count),
     stale_host_count = stale_host_count + VALUES(stale_host_count),
     exempt_host_count = exempt_host_count + VALUES(exempt_host_count),
     updated_at = VALUES(updated_at)`,
    rows.map((row) => [
      row.policyId,
      row.teamId,
      row.revision,
      row.counts.pass,
      row.counts.fail,
      row.counts.error,
      row.counts.stale,
      row.counts.exempt,
      at,
    ]),
  );
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

/** As retirePolicyOnPlatforms, on some hosts that are asked no more, or perhaps not. */
export async function retirePolicyOnHosts(
  tx: Transaction,
  policyId: number,
  hostIds: readonly number[],
  toState: PolicyState,
  at: Date,
): Promise<void> {
  if (hostIds.length === 0) return;
  await tx.$client.query(
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, at)
     SELECT host_id, policy_id, revision, state, ?, ? FROM policy_membership
     WHERE host_id IN (?) AND policy_id = ?`,
    [toState, at, hostIds, policyId],
  );
  await tx.$client.query("DELETE FROM policy_membership WHERE host_id IN (?) AND policy_id = ?", [
    hostIds,
    policyId,
  ]);
}

interface AnsweredScopeRow extends RowDataPacket {
  hostId: number;
  teamId: number | null;
  platformFamily: string;
  labelCard: Buffer | null;
}

/** Hosts with an answer to the policy's revision and what scope goes by, in order of id. */
export async function selectAnsweredScopes(
  tx: Transaction,
  policy: { id: number; revision: number },
  afterId: number,
  limit: number,
): Promise<AnsweredScopeRow[]> {
  const [rows] = await tx.$client.query<AnsweredScopeRow[]>(
    `SELECT h.id AS hostId, h.team_id AS teamId, h.platform_family AS platformFamily,
     a.label_card AS labelCard
     FROM hosts h JOIN host_agents a ON a.host_id = h.id
     JOIN policy_membership m ON m.host_id = h.id AND m.policy_id = ? AND m.revision = ?
     WHERE h.id > ? ORDER BY h.id LIMIT ?`,
    [policy.id, policy.revision, afterId, limit],
  );
  return rows;
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

export async function deleteStats(executor: Executor, policyIds: readonly number[]) {
  await executor.delete(policyStats).where(inArray(policyStats.policyId, [...policyIds]));
}

export async function insertStats(
  executor: Executor,
  rows: (typeof policyStats.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await executor.insert(policyStats).values(rows);
}

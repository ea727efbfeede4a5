import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { type Database, databaseNow, type Transaction, transaction } from "#db/client.ts";
import { policies, policyVersions } from "#db/schema/policies.ts";
import { users } from "#db/schema/users.ts";
import { endVerdicts, FOREVER } from "#lib/membership/host-verdicts.ts";

const idsOf = (rows: RowDataPacket[]): number[] => rows.map((row) => row.id);

/** Every policy beside the version that it should be at; null where that was never written. */
export function selectPolicyVersions(tx: Transaction) {
  return tx
    .select({ policy: policies, version: policyVersions, authorName: users.name })
    .from(policies)
    .leftJoin(
      policyVersions,
      and(eq(policyVersions.policyId, policies.id), eq(policyVersions.version, policies.version)),
    )
    .leftJoin(users, eq(users.id, policies.authorId));
}

/** For edits that wrote no version. */
export async function raiseVersions(tx: Transaction, policyIds: readonly number[]): Promise<void> {
  if (policyIds.length === 0) return;
  await tx
    .update(policies)
    .set({ version: sql`${policies.version} + 1` })
    .where(inArray(policies.id, [...policyIds]));
}

const GONE_PER_STEP = 1_000;

/**
 * Ends what was said of policies and hosts that are gone. Looked for without a lock, for nearly always
 * there are none; an id that is gone is gone for good.
 */
export async function endVersionsOfGone(db: Database): Promise<void> {
  for (const [versions, table, id] of [
    ["policy_versions", "policies", "policy_id"],
    ["host_versions", "hosts", "host_id"],
  ]) {
    const [rows] = await db.$client.query<RowDataPacket[]>(
      `SELECT v.${id} AS id FROM ${versions} v WHERE v.ended_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.id = v.${id}) LIMIT ?`,
      [GONE_PER_STEP],
    );
    if (rows.length === 0) continue;
    await db.$client.query(
      `UPDATE ${versions} SET ended_at = UTC_TIMESTAMP(3) WHERE ${id} IN (?) AND ended_at IS NULL`,
      [idsOf(rows)],
    );
  }
  await endVerdictsOfGone(db);
}

/** Verdicts that nobody ended, because a server of the version before deleted the host. */
async function endVerdictsOfGone(db: Database): Promise<void> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT v.host_id AS id FROM host_verdicts v WHERE v.ended_at = ?
     AND NOT EXISTS (SELECT 1 FROM hosts h WHERE h.id = v.host_id) LIMIT ?`,
    [FOREVER, GONE_PER_STEP],
  );
  if (rows.length === 0) return;
  await transaction(db, async (tx) => endVerdicts(tx, idsOf(rows), await databaseNow(tx)));
}

/** Hosts whose verdict is another than was written down last, or never was; the next by id. */
export async function selectHostsOfOtherVerdict(
  db: Database,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT h.id FROM hosts h LEFT JOIN host_verdicts v ON v.host_id = h.id AND v.ended_at = ?
     WHERE h.id > ? AND NOT v.verdict <=> h.verdict ORDER BY h.id LIMIT ?`,
    [FOREVER, afterId, limit],
  );
  return idsOf(rows);
}

/**
 * Adds the vitals to versions in force that a server of the version before wrote without. In place:
 * moments from before they were kept do not go by them.
 */
export async function fillVitals(db: Database, limit: number): Promise<number> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT v.host_id AS id FROM host_versions v JOIN hosts h ON h.id = v.host_id
     WHERE v.ended_at IS NULL AND v.osquery_version IS NULL LIMIT ?`,
    [limit],
  );
  if (rows.length === 0) return 0;
  await db.$client.query(
    `UPDATE host_versions v JOIN hosts h ON h.id = v.host_id
     SET v.os_name = h.os_name, v.hardware_vendor = h.hardware_vendor,
     v.hardware_model = h.hardware_model, v.cpu_type = h.cpu_type,
     v.osquery_version = h.osquery_version
     WHERE v.host_id IN (?) AND v.ended_at IS NULL AND v.osquery_version IS NULL`,
    [idsOf(rows)],
  );
  return rows.length;
}

/** Policies that labels narrow. */
export function selectLabelledPolicies(db: Database) {
  const { id, teamId, platform, labelScope } = policies;
  return db
    .select({ id, teamId, platform, labelScope })
    .from(policies)
    .where(isNotNull(labelScope));
}

export async function selectHostsWithoutVersion(db: Database, limit: number): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT h.id FROM hosts h WHERE NOT EXISTS
     (SELECT 1 FROM host_versions v WHERE v.host_id = h.id) ORDER BY h.id LIMIT ?`,
    [limit],
  );
  return idsOf(rows);
}

export async function selectHostIdsAfter(
  db: Database,
  afterId: number,
  limit: number,
): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    "SELECT id FROM hosts WHERE id > ? ORDER BY id LIMIT ?",
    [afterId, limit],
  );
  return idsOf(rows);
}

/** For answers whose change is not there any more. The hosts are locked, so none is just changing. */
export async function insertMissingTransitions(
  tx: Transaction,
  hostIds: readonly number[],
): Promise<void> {
  await tx.$client.query(
    // Left to itself, while statistics call the table empty, the server reads all of it for each step: ten
    // seconds in which agents wait for the hosts.
    `INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, error, at)
     SELECT m.host_id, m.policy_id, m.revision, 'pending', m.state, m.error, m.since
     FROM policy_membership m FORCE INDEX (PRIMARY)
     LEFT JOIN policy_transitions t FORCE INDEX (policy_transitions_pair)
     ON t.policy_id = m.policy_id AND t.host_id = m.host_id AND t.revision = m.revision
     WHERE m.host_id IN (?) AND t.id IS NULL`,
    [hostIds],
  );
}

/** Of which there are changes: the index is skipped through, policy by policy. */
export async function selectChangedPolicyIds(db: Database): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    "SELECT DISTINCT policy_id AS id FROM policy_transitions",
  );
  return idsOf(rows);
}

/** The oldest SQL of a policy in force since the limit; null when it was gone by then. */
export async function selectOldestRevision(
  db: Database,
  policyId: number,
  limitAt: Date,
): Promise<number | null> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT min(revision) AS revision FROM (
       SELECT revision FROM policy_versions
       WHERE policy_id = ? AND (ended_at IS NULL OR ended_at > ?)
       UNION ALL SELECT revision FROM policies WHERE id = ?) known`,
    [policyId, limitAt, policyId],
  );
  return rows[0]?.revision ?? null;
}

const rowsOf = async (query: Promise<[ResultSetHeader, unknown]>): Promise<number> =>
  (await query)[0].affectedRows;

/** Changes to SQL that was out of force at the limit already; with null, all from before it. */
export function deleteChangesOfRevisions(
  db: Database,
  policyId: number,
  before: number | null,
  limitAt: Date,
  limit: number,
): Promise<number> {
  const older = before === null ? "" : `AND revision < ${Number(before)}`;
  return rowsOf(
    db.$client.query<ResultSetHeader>(
      `DELETE FROM policy_transitions WHERE policy_id = ? AND at <= ? ${older} LIMIT ?`,
      [policyId, limitAt, limit],
    ),
  );
}

const deleteChanges = (db: Database, ids: readonly number[]): Promise<number> =>
  rowsOf(
    db.$client.query<ResultSetHeader>("DELETE FROM policy_transitions WHERE id IN (?)", [ids]),
  );

/**
 * Changes that were followed by another before the limit: no moment that one can look at begins
 * with them. The last one of each host stays, however old it is: it says how the host stood.
 */
export async function deleteFollowedChanges(
  db: Database,
  policyId: number,
  limitAt: Date,
  limit: number,
): Promise<number> {
  // As many hosts as rows are enough: each of them has one.
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT t.id FROM (
       SELECT host_id, max(id) AS id FROM policy_transitions FORCE INDEX (policy_transitions_pair)
       WHERE policy_id = ? AND at <= ? GROUP BY host_id HAVING count(*) > 1 LIMIT ?) last
     STRAIGHT_JOIN policy_transitions t FORCE INDEX (policy_transitions_pair)
     ON t.host_id = last.host_id AND t.id < last.id
     WHERE t.policy_id = ? AND t.at <= ? LIMIT ?`,
    [policyId, limitAt, limit, policyId, limitAt, limit],
  );
  return rows.length === 0 ? 0 : deleteChanges(db, idsOf(rows));
}

/** Hosts that were gone by the limit. */
export async function selectForgottenHosts(
  db: Database,
  limitAt: Date,
  limit: number,
): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT DISTINCT v.host_id AS id FROM host_versions v WHERE v.ended_at <= ? AND NOT EXISTS
     (SELECT 1 FROM host_versions o WHERE o.host_id = v.host_id
      AND (o.ended_at IS NULL OR o.ended_at > ?)) LIMIT ?`,
    [limitAt, limitAt, limit],
  );
  return idsOf(rows);
}

async function deleteChangesOfHosts(
  db: Database,
  hostIds: readonly number[],
  policyIds: readonly number[],
  limit: number,
): Promise<number> {
  if (policyIds.length === 0) return 0;
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT id FROM policy_transitions FORCE INDEX (policy_transitions_pair)
     WHERE policy_id IN (?) AND host_id IN (?) LIMIT ?`,
    [policyIds, hostIds, limit],
  );
  return rows.length === 0 ? 0 : deleteChanges(db, idsOf(rows));
}

/** Some of it; the versions last, by which the hosts are found again while there is more. */
export async function deleteHostHistory(
  db: Database,
  hostIds: readonly number[],
  policyIds: readonly number[],
  limit: number,
): Promise<number> {
  let rows = await deleteChangesOfHosts(db, hostIds, policyIds, limit);
  for (const table of ["host_verdicts", "host_versions"]) {
    if (rows >= limit) break;
    rows += await rowsOf(
      db.$client.query<ResultSetHeader>(`DELETE FROM ${table} WHERE host_id IN (?) LIMIT ?`, [
        hostIds,
        limit - rows,
      ]),
    );
  }
  return rows;
}

/** Tables of what was so from `at` to `ended_at`. */
export const VERSIONS = [
  "host_versions",
  "policy_versions",
  "label_versions",
  "host_verdicts",
  "label_spans",
] as const;

export const deleteEndedVersions = (
  db: Database,
  table: (typeof VERSIONS)[number],
  limitAt: Date,
  limit: number,
): Promise<number> =>
  rowsOf(
    db.$client.query<ResultSetHeader>(`DELETE FROM ${table} WHERE ended_at <= ? LIMIT ?`, [
      limitAt,
      limit,
    ]),
  );

/** What runs cost of SQL that nobody can look at: of policies that are gone, or of no version that is kept. */
export async function deleteCostsOfGone(db: Database, revisionsMax: number): Promise<number> {
  // The key is skipped through, revision by revision, and without a lock that servers who write wait for.
  const [gone] = await db.$client.query<RowDataPacket[]>(
    `SELECT c.policy_id AS policyId, c.revision
     FROM (SELECT DISTINCT policy_id, revision FROM policy_costs) c
     LEFT JOIN policies p ON p.id = c.policy_id
     WHERE p.id IS NULL OR (c.revision < p.revision AND NOT EXISTS
       (SELECT 1 FROM policy_versions v
        WHERE v.policy_id = c.policy_id AND v.revision = c.revision)) LIMIT ?`,
    [revisionsMax],
  );
  let rows = 0;
  for (const { policyId, revision } of gone) {
    rows += await rowsOf(
      db.$client.query<ResultSetHeader>(
        "DELETE FROM policy_costs WHERE policy_id = ? AND revision = ?",
        [policyId, revision],
      ),
    );
  }
  return rows;
}

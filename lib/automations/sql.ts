import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { bulk, type Database, type Executor, type Transaction } from "#db/client.ts";

/** A chosen policy that may tell of hosts now: its webhook is on, and it asks. */
export interface ChosenPolicy {
  policyId: number;
  teamKey: number;
  armedAt: Date;
  isArmed: boolean;
  revision: number;
  hostBatchSize: number;
  tellsRecovered: boolean;
  /** Since it last told of some; null: never. */
  toldAgoSeconds: number | null;
}

const CHOSEN = `SELECT c.policy_id AS policyId, c.team_key AS teamKey, c.armed_at AS armedAt,
  c.is_armed AS isArmed, p.revision, w.host_batch_size AS hostBatchSize,
  w.tells_recovered AS tellsRecovered,
  timestampdiff(MICROSECOND, c.told_at, UTC_TIMESTAMP(3)) / 1000000 AS toldAgoSeconds
  FROM webhook_policies c
  JOIN webhooks w ON w.kind = 'failing_policies' AND w.team_key = c.team_key AND w.enabled
  JOIN policies p ON p.id = c.policy_id AND p.team_key = c.team_key AND p.paused_at IS NULL`;

const chosenOf = (row: RowDataPacket): ChosenPolicy => ({
  ...(row as ChosenPolicy),
  isArmed: Boolean(row.isArmed),
  tellsRecovered: Boolean(row.tellsRecovered),
  toldAgoSeconds: row.toldAgoSeconds === null ? null : Number(row.toldAgoSeconds),
});

export async function selectChosen(db: Database): Promise<ChosenPolicy[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(CHOSEN);
  return rows.map(chosenOf);
}

/** One of them, kept from other workers and from changes of the choice until the transaction ends. */
export async function lockChosen(
  tx: Transaction,
  policyId: number,
): Promise<ChosenPolicy | undefined> {
  await tx.$client.query("SELECT 1 FROM webhook_policies WHERE policy_id = ? FOR UPDATE", [
    policyId,
  ]);
  const [rows] = await tx.$client.query<RowDataPacket[]>(`${CHOSEN} WHERE c.policy_id = ?`, [
    policyId,
  ]);
  return rows[0] && chosenOf(rows[0]);
}

/** By policy, something that differs when hosts of it have changed. */
export async function selectMarks(
  db: Database,
  policyIds: readonly number[],
): Promise<Map<number, string>> {
  if (policyIds.length === 0) return new Map();
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT policy_id AS policyId, concat_ws(' ', count(*), sum(revision), sum(passing_host_count),
     sum(failing_host_count), sum(error_host_count), sum(stale_host_count), sum(exempt_host_count),
     sum(unix_timestamp(updated_at))) AS mark
     FROM policy_stats WHERE policy_id IN (?) GROUP BY policy_id`,
    [policyIds],
  );
  return new Map(rows.map((row) => [row.policyId, row.mark]));
}

/** Writes down some of who failed when the policy was armed; returns how many rows that took. */
export async function insertKnown(
  tx: Transaction,
  { policyId, revision, armedAt }: ChosenPolicy,
  limit: number,
): Promise<number> {
  const [result] = await tx.$client.query<ResultSetHeader>(
    `INSERT INTO webhook_hosts (policy_id, host_id, revision, armed_at, since)
     SELECT m.policy_id, m.host_id, m.revision, ?, m.since FROM policy_membership m
     LEFT JOIN webhook_hosts t ON t.policy_id = m.policy_id AND t.host_id = m.host_id
       AND t.armed_at = ?
     WHERE m.policy_id = ? AND m.revision = ? AND m.state IN ('fail', 'error', 'stale')
     AND m.passes = 0 AND m.since <= ? AND t.host_id IS NULL ORDER BY m.host_id LIMIT ?
     ON DUPLICATE KEY UPDATE revision = VALUES(revision), armed_at = VALUES(armed_at),
     since = VALUES(since), sent_at = NULL`,
    [armedAt, armedAt, policyId, revision, armedAt, limit],
  );
  return result.affectedRows;
}

export async function updateChosen(
  tx: Transaction,
  policyId: number,
  set: { isArmed?: true; toldNow?: true },
): Promise<void> {
  await tx.$client.query(
    `UPDATE webhook_policies SET is_armed = is_armed OR ?,
     told_at = IF(?, UTC_TIMESTAMP(3), told_at) WHERE policy_id = ?`,
    [set.isArmed ?? false, set.toldNow ?? false, policyId],
  );
}

/** Whose failing is over: they pass, or no answer of theirs counts. */
export async function selectEnded(
  tx: Transaction,
  { policyId, revision }: ChosenPolicy,
  limit: number,
): Promise<{ hostId: number; isRecovery: boolean }[]> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT t.host_id AS hostId, (t.sent_at IS NOT NULL AND m.state <=> 'pass') AS isRecovery
     FROM webhook_hosts t LEFT JOIN policy_membership m
       ON m.host_id = t.host_id AND m.policy_id = t.policy_id AND m.revision = ?
     WHERE t.policy_id = ? AND (m.host_id IS NULL OR m.passes = 1) ORDER BY t.host_id LIMIT ?`,
    [revision, policyId, limit],
  );
  return rows.map((row) => ({ hostId: row.hostId, isRecovery: Boolean(row.isRecovery) }));
}

export interface FailingHost {
  hostId: number;
  since: Date;
  /** The fail that is known already, after an error, staleness or an exemption. */
  isKnown: boolean;
}

/**
 * Hosts that fail and are not known to at this time of theirs. A fail is the one that is known unless
 * the host passed, or had no answer that counts, in between.
 */
export async function selectFailing(
  tx: Transaction,
  { policyId, revision, armedAt }: ChosenPolicy,
  limit: number,
): Promise<FailingHost[]> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT m.host_id AS hostId, m.since, (t.host_id IS NOT NULL AND t.revision = m.revision
       AND t.armed_at = ? AND NOT EXISTS (SELECT 1 FROM policy_transitions x
         WHERE x.policy_id = m.policy_id AND x.host_id = m.host_id AND x.at > t.since
         AND x.to_state IN ('pass', 'pending', 'not_applicable'))) AS isKnown
     FROM policy_membership m
     LEFT JOIN webhook_hosts t ON t.policy_id = m.policy_id AND t.host_id = m.host_id
     WHERE m.policy_id = ? AND m.revision = ? AND m.state = 'fail'
     AND (t.host_id IS NULL OR t.revision <> m.revision OR t.armed_at <> ? OR t.since <> m.since)
     ORDER BY m.host_id LIMIT ?`,
    [armedAt, policyId, revision, armedAt, limit],
  );
  return rows.map((row) => ({ ...(row as FailingHost), isKnown: Boolean(row.isKnown) }));
}

/** Writes down who is told of; what is known already goes on, with its newer time. */
export function upsertKnown(
  tx: Transaction,
  { policyId, revision, armedAt }: ChosenPolicy,
  hosts: readonly FailingHost[],
): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO webhook_hosts (policy_id, host_id, revision, armed_at, since) VALUES ?
     ON DUPLICATE KEY UPDATE revision = VALUES(revision), armed_at = VALUES(armed_at),
     since = VALUES(since)`,
    hosts.map(({ hostId, since }) => [policyId, hostId, revision, armedAt, since]),
  );
}

export async function deleteKnown(
  executor: Executor,
  policyId: number,
  hostIds: readonly number[],
): Promise<void> {
  if (hostIds.length === 0) return;
  await executor.$client.query("DELETE FROM webhook_hosts WHERE policy_id = ? AND host_id IN (?)", [
    policyId,
    hostIds,
  ]);
}

/** As deleteKnown, of those that no receiver has heard of. */
export async function deleteUnsent(
  executor: Executor,
  policyId: number,
  hostIds: readonly number[],
): Promise<void> {
  if (hostIds.length === 0) return;
  await executor.$client.query(
    "DELETE FROM webhook_hosts WHERE policy_id = ? AND host_id IN (?) AND sent_at IS NULL",
    [policyId, hostIds],
  );
}

export async function updateSent(
  executor: Executor,
  policyId: number,
  hostIds: readonly number[],
): Promise<void> {
  if (hostIds.length === 0) return;
  await executor.$client.query(
    `UPDATE webhook_hosts SET sent_at = UTC_TIMESTAMP(3) WHERE policy_id = ? AND host_id IN (?)`,
    [policyId, hostIds],
  );
}

export interface NamedHost extends RowDataPacket {
  id: number;
  hostname: string;
  displayName: string;
}

/**
 * Of the hosts, those of which a receiver is to hear that they fail, in order of id: they still do,
 * the policy asks, and no later delivery has told of it.
 */
export async function selectStillFailing(
  executor: Executor,
  policyId: number,
  hostIds: readonly number[],
): Promise<NamedHost[]> {
  const [rows] = await executor.$client.query<NamedHost[]>(
    `SELECT h.id, h.hostname, h.display_name AS displayName FROM policies p
     JOIN policy_membership m ON m.policy_id = p.id AND m.revision = p.revision
     JOIN webhook_hosts t ON t.policy_id = p.id AND t.host_id = m.host_id AND t.sent_at IS NULL
     JOIN hosts h ON h.id = m.host_id
     WHERE p.id = ? AND p.paused_at IS NULL AND m.state = 'fail' AND m.host_id IN (?)
     ORDER BY h.id`,
    [policyId, hostIds],
  );
  return rows;
}

/** Of the hosts, those that pass now. */
export async function selectPassing(
  executor: Executor,
  policyId: number,
  hostIds: readonly number[],
): Promise<NamedHost[]> {
  const [rows] = await executor.$client.query<NamedHost[]>(
    `SELECT h.id, h.hostname, h.display_name AS displayName FROM policies p
     JOIN policy_membership m ON m.policy_id = p.id AND m.revision = p.revision
     JOIN hosts h ON h.id = m.host_id
     WHERE p.id = ? AND m.state = 'pass' AND m.host_id IN (?) ORDER BY h.id`,
    [policyId, hostIds],
  );
  return rows;
}

/** Begins anew with policies, of which all failing hosts are told then. */
export async function resetPolicies(
  tx: Transaction,
  policyIds: readonly number[],
  at: Date,
): Promise<void> {
  if (policyIds.length === 0) return;
  await tx.$client.query(
    `UPDATE webhook_policies SET armed_at = ?, is_armed = 1, told_at = NULL
     WHERE policy_id IN (?)`,
    [at, policyIds],
  );
}

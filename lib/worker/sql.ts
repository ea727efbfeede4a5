import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { type Database, databaseNow, transaction } from "#db/client.ts";
import { keepLabelRows } from "#lib/membership/label-sql.ts";
import type { StoredHost } from "#lib/membership/unsettled.ts";
import { deleteOldRuns } from "#lib/runs/clean-up.ts";

/** Days that the posture chart and activities go back; other history: forget-history.ts. */
const HISTORY_DAYS = 90;
const ACTIVITY_DAYS = 365;
/** Deliveries are for finding out why something did not arrive. */
const DELIVERY_DAYS = 30;

/** Hosts with an answer whose time has run out. */
export async function selectExpiredHosts(db: Database, limit: number): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT host_id FROM host_agents WHERE deadline_at <= UTC_TIMESTAMP(3)
     ORDER BY deadline_at LIMIT ?`,
    [limit],
  );
  return rows.map((row) => row.host_id);
}

export interface ErroringPolicy {
  policyId: number;
  name: string;
  revision: number;
  erroring: number;
  /** Hosts that passed, failed or had an error. */
  answered: number;
}

/** Policies whose SQL of now errors on more than a share of the hosts that answered, and on enough. */
export async function selectErroring(
  db: Database,
  share: number,
  hostsMin: number,
): Promise<ErroringPolicy[]> {
  const [rows] = await db.$client.query<(ErroringPolicy & RowDataPacket)[]>(
    `SELECT p.id AS policyId, p.name, p.revision, CAST(SUM(s.error_host_count) AS SIGNED) AS erroring,
     CAST(SUM(s.error_host_count + s.passing_host_count + s.failing_host_count) AS SIGNED) AS answered
     FROM policies p JOIN policy_stats s ON s.policy_id = p.id AND s.revision = p.revision
     WHERE p.paused_at IS NULL GROUP BY p.id, p.name, p.revision
     HAVING erroring >= ? AND erroring > answered * ? ORDER BY p.id`,
    [hostsMin, share],
  );
  return rows;
}

/** Says of exemptions whose hosts have all been settled since they began or ended that they have. */
export async function settleExemptionsUntil(db: Database, at: Date): Promise<void> {
  await db.$client.query(
    `UPDATE exemptions SET settled = 'ended'
     WHERE settled IN ('begun', 'in_force') AND (expires_at <= ? OR revoked_at <= ?)`,
    [at, at],
  );
  await db.$client.query(
    "UPDATE exemptions SET settled = 'in_force' WHERE settled = 'begun' AND created_at <= ?",
    [at],
  );
}

/** As settleExemptionsUntil, of those that time alone ended. */
export async function settleExpiredExemptions(db: Database): Promise<void> {
  await db.$client.query(
    `UPDATE exemptions SET settled = 'ended'
     WHERE settled IN ('begun', 'in_force') AND expires_at <= UTC_TIMESTAMP(3)`,
  );
}

export async function selectHostsToJudge(
  db: Database,
  afterId: number,
  limit: number,
): Promise<StoredHost[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT h.id AS hostId, h.team_id AS teamId, h.platform_family AS platformFamily, a.card,
     a.label_card AS labelCard, a.deadline_at AS deadlineAt, h.platform, h.os_name AS osName,
     h.os_version AS osVersion, h.hardware_vendor AS hardwareVendor,
     h.hardware_model AS hardwareModel, h.cpu_type AS cpuType, h.osquery_version AS osqueryVersion,
     h.verdict, h.failing_policies_count AS failingPoliciesCount,
     h.failing_critical_policies_count AS failingCriticalPoliciesCount
     FROM hosts h JOIN host_agents a ON a.host_id = h.id WHERE h.id > ? ORDER BY h.id LIMIT ?`,
    [afterId, limit],
  );
  return rows as StoredHost[];
}

/** One row per team that has hosts, in one statement. Online as host status defines it. */
export async function insertPosture(db: Database, at: Date): Promise<void> {
  await db.$client.query(
    `INSERT INTO posture_history (at, team_id, hosts, online, passing, failing, erroring,
     verdict_pass, verdict_fail)
     SELECT ?, t.team_id, t.hosts, t.online, ifnull(s.passing, 0), ifnull(s.failing, 0),
     ifnull(s.erroring, 0), t.verdict_pass, t.verdict_fail
     FROM (SELECT ifnull(h.team_id, 0) AS team_id, count(*) AS hosts,
       sum(ifnull(s.seen_at >= UTC_TIMESTAMP(3) - INTERVAL (60 + h.distributed_interval_seconds)
         SECOND, 0)) AS online,
       sum(h.verdict = 'pass') AS verdict_pass, sum(h.verdict = 'fail') AS verdict_fail
       FROM hosts h LEFT JOIN host_seen s ON s.host_id = h.id GROUP BY 1) t
     LEFT JOIN (SELECT st.team_id, sum(passing_host_count) AS passing,
       sum(failing_host_count) AS failing, sum(error_host_count) AS erroring
       FROM policy_stats st JOIN policies p ON p.id = st.policy_id GROUP BY st.team_id) s
     ON s.team_id = t.team_id
     ON DUPLICATE KEY UPDATE hosts = VALUES(hosts), online = VALUES(online),
     passing = VALUES(passing), failing = VALUES(failing), erroring = VALUES(erroring),
     verdict_pass = VALUES(verdict_pass), verdict_fail = VALUES(verdict_fail)`,
    [at],
  );
}

export interface Posture {
  hosts: number;
  online: number;
  passing: number;
  failing: number;
}

/** The whole fleet at a step of the posture history: one row per team. */
export async function selectPosture(db: Database, at: Date): Promise<Posture> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT ifnull(sum(hosts), 0) AS hosts, ifnull(sum(online), 0) AS online,
     ifnull(sum(verdict_pass), 0) AS passing, ifnull(sum(verdict_fail), 0) AS failing
     FROM posture_history WHERE at = ?`,
    [at],
  );
  const sums = Object.entries(rows[0] ?? {}).map(([name, sum]) => [name, Number(sum)]);
  return Object.fromEntries(sums);
}

const deletion =
  (statement: string) =>
  async (db: Database, limit: number): Promise<number> => {
    const [result] = await db.$client.query<ResultSetHeader>(`${statement} LIMIT ?`, [limit]);
    return result.affectedRows;
  };

/** Answers to policies that are gone: found by the index of policies, policy by policy. */
async function deleteOrphans(db: Database, limit: number): Promise<number> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT m.policy_id FROM (SELECT DISTINCT policy_id FROM policy_membership) m
     LEFT JOIN policies p ON p.id = m.policy_id WHERE p.id IS NULL LIMIT 1`,
  );
  const policyId = rows[0]?.policy_id;
  if (policyId === undefined) return 0;
  const [result] = await db.$client.query<ResultSetHeader>(
    "DELETE FROM policy_membership WHERE policy_id = ? LIMIT ?",
    [policyId, limit],
  );
  return result.affectedRows;
}

/** What is known of labels that are gone, label by label. */
async function deleteLabelOrphans(db: Database, limit: number): Promise<number> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT m.label_id FROM (SELECT DISTINCT label_id FROM label_membership) m
     LEFT JOIN labels l ON l.id = m.label_id WHERE l.id IS NULL LIMIT 1`,
  );
  const labelId = rows[0]?.label_id;
  if (labelId === undefined) return 0;
  return transaction(db, async (tx) => {
    const [hosts] = await tx.$client.query<RowDataPacket[]>(
      "SELECT host_id FROM label_membership WHERE label_id = ? LIMIT ?",
      [labelId, limit],
    );
    if (hosts.length === 0) return 0;
    const which = "label_id = ? AND host_id IN (?)";
    const values = [labelId, hosts.map((row) => row.host_id)];
    await keepLabelRows(tx, which, values, await databaseNow(tx));
    await tx.$client.query(`DELETE FROM label_membership WHERE ${which}`, values);
    return hosts.length;
  });
}

/**
 * Hosts deleted an hour ago: every server has dropped their keys, so nobody writes about them any
 * more. The time of contact goes with them, since a server that had not heard may have written it.
 */
function deleteHostAgents(db: Database, limit: number): Promise<number> {
  return transaction(db, async (tx) => {
    const [rows] = await tx.$client.query<RowDataPacket[]>(
      `SELECT host_id FROM host_agents
       WHERE deleted_at < UTC_TIMESTAMP(3) - INTERVAL 1 HOUR ORDER BY host_id LIMIT ? FOR UPDATE`,
      [limit],
    );
    if (rows.length === 0) return 0;
    const hostIds = rows.map((row) => row.host_id);
    await tx.$client.query("DELETE FROM host_seen WHERE host_id IN (?)", [hostIds]);
    await tx.$client.query("DELETE FROM host_agents WHERE host_id IN (?)", [hostIds]);
    return rows.length;
  });
}

/** One bounded step; returns how many rows went. */
export type CleanUp = (db: Database, limit: number) => Promise<number>;

export const CLEAN_UPS: Record<string, CleanUp> = {
  "answers to deleted policies": deleteOrphans,
  "members of deleted labels": deleteLabelOrphans,
  "deleted hosts": deleteHostAgents,
  "posture history": deletion(
    `DELETE FROM posture_history WHERE at < UTC_TIMESTAMP(3) - INTERVAL ${HISTORY_DAYS} DAY`,
  ),
  activities: deletion(
    `DELETE FROM activities WHERE created_at < UTC_TIMESTAMP(3) - INTERVAL ${ACTIVITY_DAYS} DAY`,
  ),
  deliveries: deletion(
    `DELETE FROM deliveries WHERE finished_at < UTC_TIMESTAMP(3) - INTERVAL ${DELIVERY_DAYS} DAY`,
  ),
  "policies that webhooks told of": deletion(
    "DELETE FROM webhook_policies WHERE policy_id NOT IN (SELECT id FROM policies)",
  ),
  "hosts that webhooks told of": deletion(
    "DELETE FROM webhook_hosts WHERE policy_id NOT IN (SELECT policy_id FROM webhook_policies)",
  ),
  runs: deleteOldRuns,
  "expired sessions": deletion("DELETE FROM sessions WHERE expires_at < UTC_TIMESTAMP(3)"),
  "expired enroll secrets": deletion(
    "DELETE FROM enroll_secrets WHERE expires_at < UTC_TIMESTAMP(3) - INTERVAL 30 DAY",
  ),
  "rate limits": deletion("DELETE FROM rate_limits WHERE expire < UNIX_TIMESTAMP() * 1000"),
};

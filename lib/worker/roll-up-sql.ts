import type { RowDataPacket } from "mysql2/promise";
import type { Database, Executor, Transaction } from "#db/client.ts";
import { holdPolicies } from "#lib/revisions.ts";

export async function selectPolicyIds(db: Database): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>("SELECT id FROM policies ORDER BY id");
  return rows.map((row) => row.id);
}

/** How far a policy's counts of one team are off, in hosts: what is to be added to each. */
export interface Drift {
  teamId: number;
  passing: number;
  failing: number;
  erroring: number;
  stale: number;
  exempt: number;
}

/** The counts as they were read: whoever replaces or mends them changes one or the other. */
export interface CountsVersion {
  policiesRevision: number;
  countedAt: Date | null;
}

const POLICIES_REVISION = "SELECT value FROM revisions WHERE name = 'policies'";

/**
 * By how much a policy's counts differ from its rows. One statement reads one moment, and every commit
 * writes both, so a difference is drift and never an answer on its way.
 */
export async function selectDrift(
  db: Database,
  policyId: number,
): Promise<{ drift: Drift[]; version: CountsVersion }> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT (${POLICIES_REVISION}) AS policiesRevision,
     (SELECT max(counted_at) FROM policy_stats WHERE policy_id = ?) AS countedAt, d.* FROM (
       SELECT team_id AS teamId, sum(IF(state = 'pass', hosts, 0)) AS passing,
       sum(IF(state = 'fail', hosts, 0)) AS failing, sum(IF(state = 'error', hosts, 0)) AS erroring,
       sum(IF(state = 'stale', hosts, 0)) AS stale, sum(IF(state = 'exempt', hosts, 0)) AS exempt
       FROM (
         SELECT ifnull(h.team_id, 0) AS team_id, m.state, count(*) AS hosts
         FROM policies p JOIN policy_membership m ON m.policy_id = p.id AND m.revision = p.revision
         JOIN hosts h ON h.id = m.host_id WHERE p.id = ? GROUP BY 1, 2
         UNION ALL SELECT team_id, 'pass', -passing_host_count FROM policy_stats WHERE policy_id = ?
         UNION ALL SELECT team_id, 'fail', -failing_host_count FROM policy_stats WHERE policy_id = ?
         UNION ALL SELECT team_id, 'error', -error_host_count FROM policy_stats WHERE policy_id = ?
         UNION ALL SELECT team_id, 'stale', -stale_host_count FROM policy_stats WHERE policy_id = ?
         UNION ALL SELECT team_id, 'exempt', -exempt_host_count FROM policy_stats WHERE policy_id = ?
       ) counted GROUP BY team_id) d`,
    Array.from({ length: 7 }, () => policyId),
  );
  const drift = rows.map(({ teamId, passing, failing, erroring, stale, exempt }) => ({
    teamId: Number(teamId),
    passing: Number(passing),
    failing: Number(failing),
    erroring: Number(erroring),
    stale: Number(stale),
    exempt: Number(exempt),
  }));
  const [first] = rows;
  const policiesRevision = Number(first?.policiesRevision ?? 0);
  return { drift, version: { policiesRevision, countedAt: first?.countedAt ?? null } };
}

/** Keeps edits away, but no answers, until the transaction ends, and other repairs of the policy. */
export async function lockCounts(tx: Transaction, policyId: number): Promise<CountsVersion> {
  const policiesRevision = await holdPolicies(tx);
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    "SELECT counted_at AS countedAt FROM policy_stats WHERE policy_id = ? ORDER BY team_id FOR UPDATE",
    [policyId],
  );
  const times = rows.flatMap(({ countedAt }) => (countedAt ? [countedAt.getTime()] : []));
  return { policiesRevision, countedAt: times.length > 0 ? new Date(Math.max(...times)) : null };
}

/** Moves a policy's counts. The policy must be there, and its revision held. */
export async function addToCounts(
  tx: Transaction,
  policyId: number,
  { teamId, passing, failing, erroring, stale, exempt }: Drift,
): Promise<void> {
  await tx.$client.query(
    `INSERT INTO policy_stats (policy_id, team_id, revision, passing_host_count,
     failing_host_count, error_host_count, stale_host_count, exempt_host_count, updated_at)
     SELECT id, ?, revision, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3) FROM policies WHERE id = ?
     ON DUPLICATE KEY UPDATE passing_host_count = passing_host_count + VALUES(passing_host_count),
     failing_host_count = failing_host_count + VALUES(failing_host_count),
     error_host_count = error_host_count + VALUES(error_host_count),
     stale_host_count = stale_host_count + VALUES(stale_host_count),
     exempt_host_count = exempt_host_count + VALUES(exempt_host_count),
     updated_at = VALUES(updated_at)`,
    [teamId, passing, failing, erroring, stale, exempt, policyId],
  );
}

export async function updateCountedAt(executor: Executor, policyId: number): Promise<void> {
  await executor.$client.query(
    "UPDATE policy_stats SET counted_at = UTC_TIMESTAMP(3) WHERE policy_id = ?",
    [policyId],
  );
}

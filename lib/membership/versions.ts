import type { Transaction } from "#db/client.ts";

/**
 * Ends the versions in force of some policies, and keeps how the hosts stood. Before the counts
 * are zeroed or deleted, or there is nothing left to keep.
 */
export async function endPolicyVersions(
  tx: Transaction,
  policyIds: readonly number[],
  at: Date,
): Promise<void> {
  if (policyIds.length === 0) return;
  await tx.$client.query(
    `UPDATE policy_versions v LEFT JOIN
     (SELECT policy_id, revision, sum(passing_host_count) AS passing,
      sum(failing_host_count) AS failing, sum(error_host_count) AS erroring,
      sum(stale_host_count) AS stale, sum(exempt_host_count) AS exempt
      FROM policy_stats WHERE policy_id IN (?) GROUP BY policy_id, revision) s
     ON s.policy_id = v.policy_id AND s.revision = v.revision
     SET v.ended_at = ?, v.passing_host_count = ifnull(s.passing, 0),
     v.failing_host_count = ifnull(s.failing, 0), v.error_host_count = ifnull(s.erroring, 0),
     v.stale_host_count = ifnull(s.stale, 0), v.exempt_host_count = ifnull(s.exempt, 0)
     WHERE v.policy_id IN (?) AND v.ended_at IS NULL`,
    [policyIds, at, policyIds],
  );
}

import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";

/** A host flaps that goes between pass and fail more often within this time than the setting allows. */
export const FLAPPING_WITHIN_MS = 86_400_000;

/**
 * Of a change as t: the last of pass and fail before it was the other one, with errors or staleness
 * between or not. It is looked for only where there were some, and not by a window over all: sorting the
 * changes of 100,000 hosts that flap takes three times as long. From pending a host begins anew.
 */
export const IS_FLIP = `t.to_state IN ('pass', 'fail') AND t.from_state <> 'pending'
  AND t.to_state <> if(t.from_state IN ('pass', 'fail'), t.from_state,
    (SELECT l.to_state FROM policy_transitions l FORCE INDEX (policy_transitions_pair)
     WHERE l.policy_id = t.policy_id AND l.host_id = t.host_id AND l.at <= t.at AND l.id < t.id
     AND l.revision = t.revision AND l.to_state IN ('pass', 'fail')
     ORDER BY l.at DESC, l.id DESC LIMIT 1))`;

export interface FlappingPair {
  hostId: number;
  policyId: number;
  changes: number;
}

/** Those of the hosts and policies that flap, with the number of changes. */
export async function selectFlappingPairs(
  executor: Executor,
  policyIds: readonly number[],
  hostIds: readonly number[],
  since: Date,
  most: number,
): Promise<FlappingPair[]> {
  if (policyIds.length === 0 || hostIds.length === 0) return [];
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT t.host_id AS hostId, t.policy_id AS policyId, count(*) AS changes
     FROM policy_transitions t FORCE INDEX (policy_transitions_pair)
     WHERE t.policy_id IN (?) AND t.host_id IN (?) AND t.at > ? AND ${IS_FLIP}
     GROUP BY t.policy_id, t.host_id HAVING count(*) > ?`,
    [policyIds, hostIds, since, most],
  );
  return rows.map(({ hostId, policyId, changes }) => ({
    hostId,
    policyId,
    changes: Number(changes),
  }));
}

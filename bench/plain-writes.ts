import { bulk, type Database, transaction } from "#db/client.ts";
import {
  insertTransitions,
  type MembershipRow,
  type TransitionRow,
  upsertMemberships,
} from "#lib/membership/answer-sql.ts";
import { passingCard } from "./fleet.ts";

const HOSTS_PER_COMMIT = 250;

/** Hosts from one id to another, both included. */
export interface HostRange {
  from: number;
  to: number;
}

/**
 * The reference of writes: each host once, one transaction after the other of plain bulk upserts. A
 * card each and, with a state that all answers change to, memberships and history. In hosts/s.
 */
export async function upsertPlainly(
  db: Database,
  { from, to }: HostRange,
  policyIds: readonly number[],
  changedTo?: "pass" | "fail",
): Promise<number> {
  const startedAt = performance.now();
  for (let first = from; first <= to; first += HOSTS_PER_COMMIT) {
    const at = new Date();
    const count = Math.min(HOSTS_PER_COMMIT, to - first + 1);
    const ids = Array.from({ length: count }, (_, i) => first + i);
    const card = passingCard(policyIds, at);
    await transaction(db, async (tx) => {
      await bulk(
        tx,
        `INSERT INTO host_agents (host_id, identifier, card, changed_at) VALUES ?
         ON DUPLICATE KEY UPDATE card = VALUES(card), changed_at = VALUES(changed_at)`,
        ids.map((id) => [id, `host-${id}`, card, at]),
      );
      if (!changedTo) return;
      const rows = changedRows(ids, policyIds, changedTo, at);
      await upsertMemberships(tx, rows);
      await insertTransitions(tx, rows);
    });
  }
  return (to - from + 1) / ((performance.now() - startedAt) / 1000);
}

function changedRows(
  hostIds: readonly number[],
  policyIds: readonly number[],
  state: "pass" | "fail",
  at: Date,
): (MembershipRow & TransitionRow)[] {
  const passes = state === "pass";
  const change = { revision: 1, state, passes, since: at, error: null, at };
  const move = { fromState: passes ? "fail" : "pass", toState: state } as const;
  return hostIds.flatMap((hostId) =>
    policyIds.map((policyId) => ({ hostId, policyId, ...change, ...move })),
  );
}

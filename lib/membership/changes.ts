import type { Transaction } from "#db/client.ts";
import {
  addToStats,
  deleteMemberships,
  insertTransitions,
  type MembershipRow,
  type TransitionRow,
  updateErrors,
  upsertMemberships,
} from "./sql.ts";
import type { AnsweredState } from "./status.ts";

const STATES_COUNTED: readonly string[] = ["pass", "fail", "error", "stale"];

interface StatDelta {
  policyId: number;
  teamId: number;
  revision: number;
  counts: Record<AnsweredState, number>;
}

interface MembershipKey {
  hostId: number;
  policyId: number;
}

/** A batch may hold several reports of one host: what is last said of a row is what it becomes. */
const nameOf = ({ hostId, policyId }: MembershipKey) => `${hostId} ${policyId}`;

/**
 * What a transaction does to memberships, collected first and written in a fixed order, so that
 * rows, history and counts cannot come apart.
 */
export class MembershipChanges {
  private readonly memberships = new Map<string, MembershipRow>();
  private readonly errors = new Map<string, MembershipRow>();
  private readonly removed = new Map<string, MembershipKey>();
  private readonly transitions: TransitionRow[] = [];
  private readonly deltas = new Map<string, StatDelta>();

  get size(): number {
    return this.transitions.length;
  }

  /** Sets the row that a change of state leaves behind. */
  set(row: MembershipRow): void {
    this.errors.delete(nameOf(row));
    this.memberships.set(nameOf(row), row);
  }

  /** Another message of an error that goes on. */
  setError(row: MembershipRow): void {
    this.errors.set(nameOf(row), row);
  }

  /** Removes the row of a host that is no longer asked. */
  remove(key: MembershipKey): void {
    this.errors.delete(nameOf(key));
    this.memberships.delete(nameOf(key));
    this.removed.set(nameOf(key), key);
  }

  /** Records that a host went from one state to another; moves both counts of its team. */
  move(transition: TransitionRow, teamId: number | null): void {
    this.transitions.push(transition);
    this.count(transition.policyId, teamId, transition.revision, transition.fromState, -1);
    this.count(transition.policyId, teamId, transition.revision, transition.toState, 1);
  }

  count(
    policyId: number,
    teamId: number | null,
    revision: number,
    state: string,
    by: number,
  ): void {
    if (!STATES_COUNTED.includes(state)) return;
    const key = `${policyId} ${teamId ?? 0}`;
    const delta = this.deltas.get(key) ?? {
      policyId,
      teamId: teamId ?? 0,
      revision,
      counts: { pass: 0, fail: 0, error: 0, stale: 0 },
    };
    delta.counts[state as AnsweredState] += by;
    this.deltas.set(key, delta);
  }

  /** Counts go last and in order: their rows are the ones that all commits share. */
  async write(tx: Transaction, at: Date): Promise<void> {
    await deleteMemberships(tx, [...this.removed.values()]);
    await upsertMemberships(tx, [...this.memberships.values()]);
    await updateErrors(tx, [...this.errors.values()]);
    await insertTransitions(tx, this.transitions);
    const deltas = [...this.deltas.values()]
      .filter((delta) => Object.values(delta.counts).some((by) => by !== 0))
      .sort((a, b) => a.policyId - b.policyId || a.teamId - b.teamId);
    await addToStats(tx, deltas, at);
  }
}

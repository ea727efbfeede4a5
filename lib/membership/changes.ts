import type { Transaction } from "#db/client.ts";
import { type Flip, shareFlips } from "./shared-flips.ts";
import {
  addToStats,
  deleteMemberships,
  insertSharedTransitions,
  insertTransitions,
  type MembershipRow,
  type TransitionRow,
  updateErrors,
  updateSharedMemberships,
  upsertMemberships,
} from "./sql.ts";
import type { AnsweredState, PolicyState } from "./status.ts";

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

const transitionOf = (flip: Flip): TransitionRow => ({
  ...flip,
  toState: flip.state,
  at: flip.since,
});

/**
 * What a transaction does to memberships, collected first and written in a fixed order, so that
 * rows, history and counts cannot come apart.
 */
export class MembershipChanges {
  private readonly flips = new Map<string, Flip>();
  private readonly errors = new Map<string, MembershipRow>();
  private readonly removed = new Map<string, MembershipKey>();
  private readonly transitions: TransitionRow[] = [];
  private readonly deltas = new Map<string, StatDelta>();

  /** Sets the row that an answer of another state leaves behind, and moves the counts of its team. */
  flip(row: MembershipRow, fromState: PolicyState, teamId: number | null): void {
    const name = nameOf(row);
    const isRepeated = this.keepHistory(name);
    this.errors.delete(name);
    this.flips.set(name, { ...row, fromState, isRepeated });
    this.countMove({ ...row, fromState, toState: row.state }, teamId);
  }

  /** Another message of an error that goes on. */
  setError(row: MembershipRow): void {
    const flip = this.flips.get(nameOf(row));
    if (flip) flip.error = row.error;
    else this.errors.set(nameOf(row), row);
  }

  /** Removes the row of a host that is no longer asked. */
  remove(key: MembershipKey): void {
    const name = nameOf(key);
    this.keepHistory(name);
    this.errors.delete(name);
    this.flips.delete(name);
    this.removed.set(name, key);
  }

  /** Records that a host went from one state to another, and moves both counts of its team. */
  move(transition: TransitionRow, teamId: number | null): void {
    this.transitions.push(transition);
    this.countMove(transition, teamId);
  }

  /** An earlier flip of the same row, in the same batch, is history before it was ever written. */
  private keepHistory(name: string): boolean {
    const earlier = this.flips.get(name);
    if (earlier) this.transitions.push(transitionOf(earlier));
    return earlier !== undefined;
  }

  private countMove(
    { policyId, revision, fromState, toState }: Omit<TransitionRow, "hostId" | "error" | "at">,
    teamId: number | null,
  ): void {
    this.count(policyId, teamId, revision, fromState, -1);
    this.count(policyId, teamId, revision, toState, 1);
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

  /**
   * Writes it all. `answeredAtMs`: host_agents.policy_updated_at as this transaction wrote it, by
   * host, where it wrote it. Counts go last and in order: their rows are the ones that all commits
   * share.
   */
  async write(
    tx: Transaction,
    at: Date,
    answeredAtMs: ReadonlyMap<number, number> = new Map(),
  ): Promise<void> {
    const { shared, single } = shareFlips(this.flips.values(), answeredAtMs);
    await deleteMemberships(tx, [...this.removed.values()]);
    for (const flip of shared) {
      await updateSharedMemberships(tx, flip);
      await insertSharedTransitions(tx, flip);
    }
    await upsertMemberships(tx, single);
    await updateErrors(tx, [...this.errors.values()]);
    await insertTransitions(tx, [...this.transitions, ...single.map(transitionOf)]);
    const deltas = [...this.deltas.values()]
      .filter((delta) => Object.values(delta.counts).some((by) => by !== 0))
      .sort((a, b) => a.policyId - b.policyId || a.teamId - b.teamId);
    await addToStats(tx, deltas, at);
  }
}

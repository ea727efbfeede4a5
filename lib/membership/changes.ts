import type { Transaction } from "#db/client.ts";
import {
  addToStats,
  deleteMemberships,
  insertSharedTransitions,
  insertTransitions,
  type MembershipRow,
  type TransitionRow,
  updateAnswers,
  updateSharedMemberships,
  updateStates,
  upsertMemberships,
} from "./answer-sql.ts";
import { type LabelChange, raiseMembershipRevisions, writeLabelRows } from "./label-sql.ts";
import { type Flip, shareFlips } from "./shared-flips.ts";
import type { AnsweredState, PolicyState } from "./status.ts";

const STATES_COUNTED: ReadonlySet<string> = new Set(["pass", "fail", "error", "stale", "exempt"]);

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

const transitionOf = ({ row, fromState }: Flip): TransitionRow => ({
  ...row,
  fromState,
  toState: row.state,
  at: row.since,
});

function* allOf<T>(nested: ReadonlyMap<number, ReadonlyMap<number, T>>): Generator<T> {
  for (const inner of nested.values()) yield* inner.values();
}

/**
 * What a transaction does to memberships, collected first and written in a fixed order, so that
 * rows, history and counts cannot come apart.
 */
export class MembershipChanges {
  /** By host, then policy. */
  private readonly flips = new Map<number, Map<number, Flip>>();
  private readonly answers = new Map<string, MembershipRow>();
  private readonly states = new Map<string, MembershipRow>();
  private readonly removed = new Map<string, MembershipKey>();
  private readonly transitions: TransitionRow[] = [];
  private readonly labels: LabelChange[] = [];
  /** By policy, then team. */
  private readonly deltas = new Map<number, Map<number, StatDelta>>();

  /** Sets the row that an answer of another state leaves behind, and moves the counts of its team. */
  flip(row: MembershipRow, fromState: PolicyState, teamId: number | null): void {
    const { policyId, revision, state } = row;
    const isRepeated = this.keepHistory(row);
    if (this.answers.size > 0) this.answers.delete(nameOf(row));
    const ofHost = this.flips.get(row.hostId) ?? new Map<number, Flip>();
    ofHost.set(policyId, { row, fromState, isRepeated });
    this.flips.set(row.hostId, ofHost);
    this.count(policyId, teamId, revision, fromState, -1);
    this.count(policyId, teamId, revision, state, 1);
  }

  /** Another answer in a state that goes on: the message of an error, or whatever an exempt host says. */
  setAnswer(row: MembershipRow): void {
    const flip = this.flips.get(row.hostId)?.get(row.policyId);
    if (flip) flip.row = { ...flip.row, passes: row.passes, error: row.error };
    else this.answers.set(nameOf(row), row);
  }

  /** Sets the state that a row comes to without an answer, by time or by an exemption. */
  setState(row: Omit<MembershipRow, "error">, fromState: AnsweredState, teamId: number | null) {
    const { hostId, policyId, state, since } = row;
    const earlier = this.flips.get(hostId)?.get(policyId);
    if (earlier) return this.flip({ ...earlier.row, state, since }, fromState, teamId);
    this.states.set(nameOf(row), { ...row, error: null });
    this.move({ ...row, fromState, toState: state, error: null, at: since }, teamId);
  }

  /** Removes the row of a host that is no longer asked. */
  remove(key: MembershipKey): void {
    const name = nameOf(key);
    this.keepHistory(key);
    this.answers.delete(name);
    this.states.delete(name);
    this.flips.get(key.hostId)?.delete(key.policyId);
    this.removed.set(name, key);
  }

  /** Sets what is known of a host and a label; no row where nothing is. */
  setLabel(change: LabelChange): void {
    this.labels.push(change);
  }

  /** Records that a host went from one state to another, and moves both counts of its team. */
  move(transition: TransitionRow, teamId: number | null): void {
    const { policyId, revision, fromState, toState } = transition;
    this.transitions.push(transition);
    this.count(policyId, teamId, revision, fromState, -1);
    this.count(policyId, teamId, revision, toState, 1);
  }

  /** An earlier flip of the same row, in the same batch, is history before it was ever written. */
  private keepHistory({ hostId, policyId }: MembershipKey): boolean {
    const earlier = this.flips.get(hostId)?.get(policyId);
    if (earlier) this.transitions.push(transitionOf(earlier));
    return earlier !== undefined;
  }

  count(
    policyId: number,
    teamId: number | null,
    revision: number,
    state: string,
    by: number,
  ): void {
    if (!STATES_COUNTED.has(state)) return;
    const { counts } = this.deltaOf(policyId, teamId ?? 0, revision);
    counts[state as AnsweredState] += by;
  }

  private deltaOf(policyId: number, teamId: number, revision: number): StatDelta {
    const known = this.deltas.get(policyId)?.get(teamId);
    if (known) return known;
    const counts = { pass: 0, fail: 0, error: 0, stale: 0, exempt: 0 };
    const delta = { policyId, teamId, revision, counts };
    const ofPolicy = this.deltas.get(policyId) ?? new Map<number, StatDelta>();
    this.deltas.set(policyId, ofPolicy.set(teamId, delta));
    return delta;
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
    const { shared, single } = shareFlips(allOf(this.flips), answeredAtMs);
    await writeLabelRows(tx, this.labels, at);
    await deleteMemberships(tx, [...this.removed.values()]);
    await updateStates(tx, [...this.states.values()]);
    for (const flip of shared) {
      await updateSharedMemberships(tx, flip);
      await insertSharedTransitions(tx, flip);
    }
    await upsertMemberships(
      tx,
      single.map(({ row }) => row),
    );
    await updateAnswers(tx, [...this.answers.values()]);
    await insertTransitions(tx, [...this.transitions, ...single.map(transitionOf)]);
    const deltas = [...allOf(this.deltas)]
      .filter((delta) => Object.values(delta.counts).some((by) => by !== 0))
      .sort((a, b) => a.policyId - b.policyId || a.teamId - b.teamId);
    await addToStats(tx, deltas, at);
    await raiseMembershipRevisions(tx, this.labels);
  }
}

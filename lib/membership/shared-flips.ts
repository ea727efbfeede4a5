import type { MembershipRow } from "./answer-sql.ts";
import type { AnsweredState, PolicyState } from "./status.ts";

/** A row that an answer changes, and what it was. */
export interface Flip extends MembershipRow {
  fromState: PolicyState;
  /** The row flipped before in the same batch. */
  isRepeated: boolean;
}

/** One change that many hosts have in common. */
export interface SharedFlip {
  policyId: number;
  revision: number;
  fromState: PolicyState;
  state: AnsweredState;
  passes: boolean | null;
  hostIds: number[];
}

/** Below this, rows of their own in a statement with others are as cheap. */
const HOSTS_SHARING_MIN = 8;

/**
 * Sorts out the flips that many hosts have in common: after an outage, say, whole fleets go from
 * stale to pass. Two statements for all of them cost a third of two rows for each, because nearly
 * all that a row costs is its way through SQL. Sharing takes that the row exists and that what
 * differs by host, the time, is in the host's own row.
 */
export function shareFlips(
  flips: Iterable<Flip>,
  answeredAtMs: ReadonlyMap<number, number>,
): { shared: SharedFlip[]; single: Flip[] } {
  const groups = new Map<string, Flip[]>();
  const single: Flip[] = [];
  for (const flip of flips) {
    if (!isShareable(flip, answeredAtMs)) {
      single.push(flip);
      continue;
    }
    const key = `${flip.policyId} ${flip.fromState} ${flip.state} ${flip.passes}`;
    const group = groups.get(key);
    if (group) group.push(flip);
    else groups.set(key, [flip]);
  }
  const shared: SharedFlip[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (!first || group.length < HOSTS_SHARING_MIN) single.push(...group);
    else shared.push({ ...first, hostIds: group.map((flip) => flip.hostId) });
  }
  return { shared, single };
}

function isShareable(flip: Flip, answeredAtMs: ReadonlyMap<number, number>): boolean {
  if (flip.isRepeated || flip.fromState === "pending" || flip.error !== null) return false;
  return answeredAtMs.get(flip.hostId) === flip.since.getTime();
}

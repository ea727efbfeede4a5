import type { Change, MembershipRow, SharedFlip } from "./answer-sql.ts";
import type { PolicyState } from "./status.ts";

/** A row that an answer changes, and what it was. */
export interface Flip {
  row: MembershipRow;
  fromState: PolicyState;
  /** The row flipped before in the same batch. */
  isRepeated: boolean;
}

/** Below this, rows of their own in a statement with others are as cheap. */
const HOSTS_SHARING_MIN = 8;
/**
 * Rows of a statement. MariaDB looks up to 16,000 of them (optimizer_max_sel_args) each by its key, and
 * past that reads all rows of the hosts.
 */
const ROWS_PER_STATEMENT_MAX = 8_000;

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
  const single: Flip[] = [];
  /** By policy, which has few kinds of change in a batch: no key is made of each flip. */
  const groups = new Map<number, Flip[][]>();
  for (const flip of flips) {
    if (isShareable(flip, answeredAtMs)) addToGroup(groups, flip);
    else single.push(flip);
  }
  const shared: SharedFlip[] = [];
  for (const group of [...groups.values()].flat()) {
    if (group.length < HOSTS_SHARING_MIN) single.push(...group);
    else addShared(shared, group);
  }
  return { shared, single };
}

function isShareable({ row, ...flip }: Flip, answeredAtMs: ReadonlyMap<number, number>): boolean {
  if (flip.isRepeated || flip.fromState === "pending" || row.error !== null) return false;
  return answeredAtMs.get(row.hostId) === row.since.getTime();
}

const changeOf = ({ row: { revision, state, passes }, fromState }: Flip): Change => ({
  revision,
  fromState,
  state,
  passes,
});

const isSame = (a: Change, b: Change): boolean =>
  a.revision === b.revision &&
  a.fromState === b.fromState &&
  a.state === b.state &&
  a.passes === b.passes;

function addToGroup(groups: Map<number, Flip[][]>, flip: Flip): void {
  const { policyId, state, passes } = flip.row;
  const ofPolicy = groups.get(policyId);
  const group = ofPolicy?.find(
    ([first]) =>
      first?.fromState === flip.fromState &&
      first.row.state === state &&
      first.row.passes === passes,
  );
  if (group) group.push(flip);
  else if (ofPolicy) ofPolicy.push([flip]);
  else groups.set(policyId, [[flip]]);
}

/** Together with the policies that the very same hosts answer alike. */
function addShared(shared: SharedFlip[], group: readonly Flip[]): void {
  const [first] = group;
  if (!first) return;
  const { policyId } = first.row;
  const change = changeOf(first);
  const hostIds = group.map(({ row }) => row.hostId).sort((a, b) => a - b);
  const known = shared.find(
    (one) =>
      isSame(one, change) &&
      one.hostIds.length === hostIds.length &&
      (one.policyIds.length + 1) * hostIds.length <= ROWS_PER_STATEMENT_MAX &&
      one.hostIds.every((id, at) => id === hostIds[at]),
  );
  if (known) known.policyIds.push(policyId);
  else shared.push({ ...change, policyIds: [policyId], hostIds });
}

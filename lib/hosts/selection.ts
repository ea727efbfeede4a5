import { and, type SQL, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { difference, type HostSet, intersection, isIn, sizeOf, union } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";
import {
  hostsOut,
  labelIdsOf,
  MEMBERS_ALONE,
  readLabelSets,
  wantedBy,
} from "#lib/labels/label-sets.ts";
import { type LabelRecord, selectLabelsById } from "#lib/labels/sql.ts";
import type { AnsweredState, PolicyState } from "#lib/membership/status.ts";
import {
  type FilteredPolicy,
  type HostConditions,
  hasDiskBelow,
  hostConditions,
  isAsked,
  isMissing,
  isNew,
  isOfTeam,
  isOnline,
} from "./conditions.ts";
import { byStatus, type HostOrder, orderSource } from "./order.ts";
import {
  countAllHosts,
  type PlatformRow,
  selectAnsweredSet,
  selectHostSet,
  selectIntervals,
  selectOrderedIds,
  selectPlatforms,
  selectSeenSet,
  selectSeenSets,
  selectTeamIdsByName,
  selectVerdictSets,
} from "./sql.ts";
import { onlineWindowSeconds } from "./status.ts";

/** Being in contact, by the intervals that hosts told; of a row of host_seen. */
async function onlineCondition(executor: Executor, now: Date): Promise<SQL> {
  const windows = (await selectIntervals(executor)).map(onlineWindowSeconds);
  if (windows.length === 0) return sql`false`;
  return isOnline(now, { shortest: Math.min(...windows), longest: Math.max(...windows) });
}

/** It may have hosts that are gone. */
export const onlineHosts = async (executor: Executor, now: Date): Promise<HostSet> =>
  selectSeenSet(executor, await onlineCondition(executor, now));

const isAnswered = (state: PolicyState): state is AnsweredState =>
  state !== "pending" && state !== "not_applicable";

/** Those of `among` with one of the policy's states, as its counts count them. */
async function hostsInState(
  executor: Executor,
  policy: FilteredPolicy,
  among: Promise<HostSet>,
): Promise<HostSet> {
  const has = (state: PolicyState) => policy.states.includes(state);
  const asked = isAsked(policy);
  const none = Buffer.alloc(0);
  const [all, team, labels, inState, answered, applies] = await Promise.all([
    among,
    policy.teamId === null ? among : selectHostSet(executor, isOfTeam(policy.teamId)),
    selectLabelsById(executor, labelIdsOf(policy.labelScope)).then((found) =>
      readLabelSets(executor, found, wantedBy([policy.labelScope])),
    ),
    policy.states.some(isAnswered)
      ? selectAnsweredSet(executor, policy, policy.states.filter(isAnswered))
      : none,
    has("pending") ? selectAnsweredSet(executor, policy) : none,
    asked && (has("pending") || has("not_applicable")) ? selectHostSet(executor, asked) : among,
  ]);
  const notOut = difference(applies, hostsOut(policy.labelScope, labels, applies));
  const pending = has("pending") ? difference(notOut, answered) : none;
  const foreign = has("not_applicable") ? difference(team, notOut) : none;
  return intersection(all, union(inState, union(pending, foreign)));
}

/** Hosts whose own rows fit; undefined: all there are. */
async function fittingHosts(executor: Executor, conditions: readonly SQL[]) {
  const sets = await Promise.all(conditions.map((one) => selectHostSet(executor, one)));
  return sets.length > 0 ? sets.reduce(intersection) : undefined;
}

async function inContact(
  executor: Executor,
  { filters, now }: HostConditions,
  all: Promise<HostSet>,
): Promise<HostSet> {
  const aboutNow = filters.status === "online" || filters.status === "offline";
  const found = aboutNow ? onlineHosts(executor, now) : selectSeenSet(executor, isMissing(now));
  const [among, contact] = await Promise.all([all, found]);
  return (filters.status === "offline" ? difference : intersection)(among, contact);
}

async function membersOf(executor: Executor, label: LabelRecord): Promise<HostSet> {
  // Read where its members are: a replica that is behind must not pass for what the row here says.
  const labels = await selectLabelsById(executor, [label.id]);
  const sets = await readLabelSets(executor, labels, MEMBERS_ALONE);
  return sets.get(label.id)?.members ?? Buffer.alloc(0);
}

/** Whether a row of another table decides. */
const isAboutContact = ({ filters }: HostConditions) =>
  Boolean(filters.status) && filters.status !== "new";

/** Every host of a list, a count, a report or a bulk change; undefined: all there are. */
async function selectedHosts(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
): Promise<HostSet | undefined> {
  const { policy, label } = conditions;
  const { indexed, scanned } = hostConditions(scope, conditions);
  const fitting = label
    ? Promise.all([membersOf(executor, label), fittingHosts(executor, indexed)]).then(
        ([members, others]) => (others ? intersection(members, others) : members),
      )
    : fittingHosts(executor, indexed);
  if (!policy && !isAboutContact(conditions)) return searched(executor, await fitting, scanned);
  const all = fitting.then((set) => set ?? selectHostSet(executor, undefined));
  const sets = await Promise.all([
    isAboutContact(conditions) ? inContact(executor, conditions, all) : all,
    policy ? hostsInState(executor, policy, all) : all,
  ]);
  return searched(executor, sets.reduce(intersection), scanned);
}

/** Those of the set that a condition on their rows fits. */
function searched(executor: Executor, set: HostSet | undefined, condition: SQL | undefined) {
  if (!condition) return set;
  return selectHostSet(executor, and(set && isIn(set, hosts.id), condition));
}

/**
 * The ids of a list, in order. Rows are read by id afterwards, so that sorting and skipping carry a
 * number and not the whole host.
 */
export async function selectHostIds(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
  { key, ...order }: HostOrder,
  paging?: Paging,
): Promise<number[]> {
  const selecting = selectedHosts(executor, scope, conditions);
  const everyone = () => selectHostSet(executor, undefined);
  if (key === "status") {
    const [selected, online] = await Promise.all([
      selecting.then((set) => set ?? everyone()),
      onlineHosts(executor, conditions.now),
    ]);
    const ids = byStatus({ key, ...order }, selected, online);
    return paging ? ids.slice(paging.offset, paging.offset + paging.limit) : ids;
  }
  const [selected, teamIds] = await Promise.all([
    selecting,
    key === "team_name" ? selectTeamIdsByName(executor) : [],
  ]);
  const source = orderSource(key, teamIds);
  const set = selected ?? (source.mixed ? await everyone() : undefined);
  return selectOrderedIds(executor, source, set, { key, ...order }, paging);
}

/** Exactly as many as selectHostIds finds. */
export async function countHosts(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
): Promise<number> {
  const selected = await selectedHosts(executor, scope, conditions);
  return selected ? sizeOf(selected) : countAllHosts(executor);
}

export interface Summary {
  platforms: PlatformRow[];
  online: number;
  missing: number;
  created: number;
  lowDisk: number;
  pass: number;
  fail: number;
}

/** Numbers of hosts: each is read from an index of its own, and all of them at once. */
export async function countForSummary(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
  lowDiskGigabytes: number | null | undefined,
): Promise<Summary> {
  const { now } = conditions;
  const { indexed } = hostConditions(scope, conditions);
  const none = Buffer.alloc(0);
  const [platforms, fitting, verdicts, created, [online, missing], lowDisk] = await Promise.all([
    selectPlatforms(executor, and(...indexed)),
    fittingHosts(executor, indexed),
    selectVerdictSets(executor),
    selectHostSet(executor, isNew(now)),
    onlineCondition(executor, now).then((isOnline) =>
      selectSeenSets(executor, isOnline, isMissing(now)),
    ),
    lowDiskGigabytes ? selectHostSet(executor, hasDiskBelow(lowDiskGigabytes)) : none,
  ]);
  const among = (set: HostSet) => sizeOf(intersection(fitting ?? verdicts.all, set));
  return {
    platforms,
    online: among(online),
    missing: among(missing),
    created: among(created),
    lowDisk: among(lowDisk),
    pass: among(verdicts.pass),
    fail: among(verdicts.fail),
  };
}

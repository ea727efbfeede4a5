import type { Executor } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { difference, type HostSet, sizeOf, union } from "#lib/host-set.ts";
import { hostsOut, type LabelSets, labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { asksGroup } from "#lib/membership/scope.ts";
import type { LabelNames } from "./label-scope.ts";
import { countHostGroups, type HostGroup, type PolicyRecord, selectHostGroupSets } from "./sql.ts";

/** Tells of how many hosts a policy is, of those that its counts are about. */
export interface Asked {
  /** Those it asks, and those of which it is not known yet whether it does. */
  asked: (policy: PolicyRecord) => number;
  /** Those of its team, or of all teams for a global one. */
  inTeam: (policy: PolicyRecord) => number;
  labelNames: LabelNames;
}

const isOf =
  (teamId: number | undefined) =>
  (group: { teamId: number | null }): boolean =>
    teamId === undefined || (group.teamId ?? 0) === teamId;

const hostsOf = (groups: readonly HostGroup[]): number =>
  groups.reduce((total, group) => total + group.hosts, 0);

const ofTeam = (policy: PolicyRecord) => isOf(policy.teamId ?? undefined);

/**
 * What the counts of some policies need besides answers. Labels are read once for all of the
 * policies, and where no policy names one, nothing is read but the number of hosts by team and
 * platform.
 */
export async function readAsked(
  executor: Executor,
  scope: TeamScope,
  policies: readonly PolicyRecord[],
  teamId: number | undefined,
): Promise<Asked> {
  const labelIds = [...new Set(policies.flatMap(({ labelScope }) => labelIdsOf(labelScope)))];
  if (labelIds.length === 0) {
    const groups = (await countHostGroups(executor, scope)).filter(isOf(teamId));
    return {
      asked: (policy) => hostsOf(groups.filter((group) => asksGroup(policy, group))),
      inTeam: (policy) => hostsOf(groups.filter(ofTeam(policy))),
      labelNames: new Map(),
    };
  }
  const [labels, found] = await Promise.all([
    selectLabelsById(executor, labelIds),
    selectHostGroupSets(executor, scope),
  ]);
  const sets = await readLabelSets(executor, labels);
  const groups = found.filter(isOf(teamId));
  return {
    asked: (policy) => sizeOf(notOut(policy, groups, sets)),
    inTeam: (policy) =>
      groups.filter(ofTeam(policy)).reduce((total, { hosts }) => total + sizeOf(hosts), 0),
    labelNames: new Map(labels.map(({ id, name }) => [id, name])),
  };
}

/** The hosts of `groups` that a policy asks, and those of which it is not known yet. */
export function notOut(
  policy: Pick<PolicyRecord, "teamId" | "platform" | "labelScope">,
  groups: readonly (Pick<HostGroup, "teamId" | "platformFamily"> & { hosts: HostSet })[],
  sets: ReadonlyMap<number, LabelSets>,
): HostSet {
  const asked = groups
    .filter((group) => asksGroup(policy, group))
    .reduce((all, group) => union(all, group.hosts), Buffer.alloc(0) as HostSet);
  return policy.labelScope ? difference(asked, hostsOut(policy.labelScope, sets, asked)) : asked;
}

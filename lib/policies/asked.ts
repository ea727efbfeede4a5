import type { Executor } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { difference, type HostSet, sizeOf, union } from "#lib/host-set.ts";
import {
  hostsOut,
  type LabelSets,
  labelIdsOf,
  readLabelSets,
  wantedBy,
} from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { asksGroup } from "#lib/membership/scope.ts";
import type { LabelNames } from "./label-scope.ts";
import { countHostGroups, type HostGroup, type PolicyRecord, selectFamilyGroups } from "./sql.ts";

/** Whom a policy is for. */
export type Targets = Pick<PolicyRecord, "teamId" | "platform" | "labelScope">;

/** Tells of how many hosts a policy is, of those that its counts are about. */
export interface Asked {
  /** Those it asks, and those of which it is not known yet whether it does. */
  asked: (policy: Targets) => number;
  /** Those of its team, or of all teams for a global one. */
  inTeam: (policy: Targets) => number;
  labelNames: LabelNames;
}

const isOf =
  (teamId: number | undefined) =>
  (group: { teamId: number | null }): boolean =>
    teamId === undefined || (group.teamId ?? 0) === teamId;

const hostsOf = (groups: readonly HostGroup[]): number =>
  groups.reduce((total, group) => total + group.hosts, 0);

const ofTeam = (policy: Targets) => isOf(policy.teamId ?? undefined);

/**
 * What the counts of some policies need besides answers. Where no policy goes by labels, nothing is
 * read but the number of hosts by team and platform. Else labels are read once for all of the policies,
 * and hosts by platform: of the teams whose policies go by labels, and all of them.
 */
export async function readAsked(
  executor: Executor,
  scope: TeamScope,
  policies: readonly Targets[],
  teamId: number | undefined,
): Promise<Asked> {
  const scoped = policies.filter(({ labelScope }) => labelScope);
  const [groups, sets] = await Promise.all([
    countHostGroups(executor, scope).then((all) => all.filter(isOf(teamId))),
    readScopedSets(executor, scope, scoped, teamId),
  ]);
  return {
    asked: (policy) =>
      policy.labelScope
        ? sizeOf(notOut(policy, sets.groups(policy), sets.labels))
        : hostsOf(groups.filter((group) => asksGroup(policy, group))),
    inTeam: (policy) => hostsOf(groups.filter(ofTeam(policy))),
    labelNames: sets.labelNames,
  };
}

async function readScopedSets(
  executor: Executor,
  scope: TeamScope,
  scoped: readonly Targets[],
  teamId: number | undefined,
) {
  const scopes = scoped.map(({ labelScope }) => labelScope);
  const labels = await selectLabelsById(executor, [...new Set(scopes.flatMap(labelIdsOf))]);
  const teamOf = (policy: Targets) => teamId ?? policy.teamId ?? undefined;
  const teams = [...new Set(scoped.map(teamOf))];
  const [sets, families] = await Promise.all([
    readLabelSets(executor, labels, wantedBy(scopes)),
    Promise.all(teams.map((id) => selectFamilyGroups(executor, scope, id))),
  ]);
  const byTeam = new Map(teams.map((id, at) => [id, families[at] ?? []]));
  return {
    labels: sets,
    groups: (policy: Targets) => byTeam.get(teamOf(policy)) ?? [],
    labelNames: new Map(labels.map(({ id, name }) => [id, name])),
  };
}

/** The hosts of `groups` that a policy asks, and those of which it is not known yet. */
export function notOut(
  policy: Targets,
  groups: readonly (Pick<HostGroup, "teamId" | "platformFamily"> & { hosts: HostSet })[],
  sets: ReadonlyMap<number, LabelSets>,
): HostSet {
  const asked = groups
    .filter((group) => asksGroup(policy, group))
    .reduce((all, group) => union(all, group.hosts), Buffer.alloc(0) as HostSet);
  return policy.labelScope ? difference(asked, hostsOut(policy.labelScope, sets, asked)) : asked;
}

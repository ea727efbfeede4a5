import type { Executor } from "#db/client.ts";
import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { difference, type HostSet, union } from "#lib/host-set.ts";
import { hostsWithin, type LabelSets, labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { notOut, readAsked, type Targets } from "#lib/policies/asked.ts";
import { labelScopeOf, POLICY_PROBLEMS, readLabelIds } from "#lib/policies/label-scope.ts";
import { requireTeam } from "#lib/policies/policies.ts";
import { selectFamilyGroups } from "#lib/policies/sql.ts";
import type { ScopeInput, ScopeJson } from "./schema.ts";

export const NOBODY: HostSet = Buffer.alloc(0);

/** Who is asked by policies, from one reading of labels and of the hosts of their teams. */
export interface Scopes {
  /** Those hosts by platform. */
  families: ReadonlyMap<string, HostSet>;
  labels: ReadonlyMap<number, LabelSets>;
  /** Those it asks, and those of which it is not known yet whether it does. */
  of: (policy: Targets, labels?: ReadonlyMap<number, LabelSets>) => HostSet;
  /** Of these, those of which it is not known. */
  unknownOf: (policy: Targets) => HostSet;
  withoutLabels: (policy: Targets) => HostSet;
}

export async function readScopes(
  executor: Executor,
  scope: TeamScope,
  policies: readonly (Targets | undefined)[],
): Promise<Scopes> {
  const labelIds = policies.flatMap((policy) => labelIdsOf(policy?.labelScope ?? null));
  const teams = [...new Set(policies.flatMap((policy) => (policy ? [policy.teamId] : [])))];
  const [labels, groups] = await Promise.all([
    selectLabelsById(executor, [...new Set(labelIds)]),
    Promise.all(teams.map((id) => selectFamilyGroups(executor, scope, id ?? undefined))),
  ]);
  const sets = await readLabelSets(executor, labels);
  const families = new Map<string, HostSet>();
  for (const { platformFamily, hosts } of groups.flat()) {
    families.set(platformFamily, union(families.get(platformFamily) ?? NOBODY, hosts));
  }
  const groupsOf = ({ teamId }: Targets) => groups[teams.indexOf(teamId)] ?? [];
  const of: Scopes["of"] = (policy, others) => notOut(policy, groupsOf(policy), others ?? sets);
  return {
    families,
    labels: sets,
    of,
    unknownOf: (policy) => difference(of(policy), hostsWithin(policy.labelScope, sets, of(policy))),
    withoutLabels: (policy) => notOut({ ...policy, labelScope: null }, groupsOf(policy), sets),
  };
}

/** How many hosts a new policy would ask, for a form that tells it while its targets are chosen. */
export async function countScope(viewer: Viewer, input: ScopeInput): Promise<ScopeJson> {
  const teamId = input.team_id ?? null;
  authorize(viewer, "policy:write", { teamId });
  if (teamId !== null) await requireTeam(database(), teamId);
  const labelIds = await readLabelIds(database(), [input]);
  const labelScope = labelScopeOf(input, labelIds, POLICY_PROBLEMS) ?? null;
  const policy = { teamId, platform: input.platform, labelScope };
  const scope = teamScope(viewer, "policy:write");
  const { asked } = await readAsked(database(), scope, [policy], undefined);
  const hosts = asked(policy);
  // Read one after the other: a host may have gone in between.
  const excluded = Math.max(0, asked({ ...policy, labelScope: null }) - hosts);
  return { hosts, excluded };
}

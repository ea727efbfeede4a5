import type { Executor } from "#db/client.ts";
import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { difference, type HostSet, sizeOf, union } from "#lib/host-set.ts";
import { type LabelSets, labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { notOut } from "#lib/policies/asked.ts";
import { labelScopeOf, POLICY_PROBLEMS, readLabelIds } from "#lib/policies/label-scope.ts";
import { requireTeam } from "#lib/policies/policies.ts";
import { type PolicyRecord, selectHostGroupSets } from "#lib/policies/sql.ts";
import type { ScopeInput, ScopeJson } from "./schema.ts";

export const NOBODY: HostSet = Buffer.alloc(0);

type Scoped = Pick<PolicyRecord, "teamId" | "platform" | "labelScope">;

/** Who is asked by policies, from one reading of hosts and labels. */
export interface Scopes {
  families: ReadonlyMap<string, HostSet>;
  labels: ReadonlyMap<number, LabelSets>;
  of: (policy: Scoped, labels?: ReadonlyMap<number, LabelSets>) => HostSet;
  withoutLabels: (policy: Scoped) => HostSet;
}

export async function readScopes(
  executor: Executor,
  scope: TeamScope,
  policies: readonly (Scoped | undefined)[],
): Promise<Scopes> {
  const labelIds = policies.flatMap((policy) => labelIdsOf(policy?.labelScope ?? null));
  const [labels, groups] = await Promise.all([
    selectLabelsById(executor, [...new Set(labelIds)]),
    selectHostGroupSets(executor, scope),
  ]);
  const sets = await readLabelSets(executor, labels);
  const families = new Map<string, HostSet>();
  for (const { platformFamily, hosts } of groups) {
    families.set(platformFamily, union(families.get(platformFamily) ?? NOBODY, hosts));
  }
  return {
    families,
    labels: sets,
    of: (policy, others) => notOut(policy, groups, others ?? sets),
    withoutLabels: (policy) => notOut({ ...policy, labelScope: null }, groups, sets),
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
  const scopes = await readScopes(database(), teamScope(viewer, "policy:write"), [policy]);
  const asked = scopes.of(policy);
  return {
    hosts: sizeOf(asked),
    excluded: sizeOf(difference(scopes.withoutLabels(policy), asked)),
  };
}

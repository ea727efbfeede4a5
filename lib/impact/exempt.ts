import type { Executor } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { type HostSet, setOf, union } from "#lib/host-set.ts";
import { readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import type { PolicyExemptions } from "#lib/membership/exemptions.ts";
import { selectFamilyGroups } from "#lib/policies/sql.ts";
import { NOBODY } from "./scopes.ts";

/** The hosts that a policy's exemptions let off at a moment, asked or not. */
export async function readExempt(
  executor: Executor,
  scope: TeamScope,
  exemptions: PolicyExemptions | undefined,
  nowMs: number,
): Promise<HostSet> {
  if (!exemptions) return NOBODY;
  const { hostIds, teamIds, labelIds } = exemptions.namedAt(nowMs);
  const labels = labelIds.length > 0 ? await selectLabelsById(executor, labelIds) : [];
  const [sets, teams] = await Promise.all([
    readLabelSets(executor, labels),
    Promise.all(teamIds.map((teamId) => selectFamilyGroups(executor, scope, teamId))),
  ]);
  return [
    setOf(hostIds),
    ...[...sets.values()].map(({ members }) => members),
    ...teams.flat().map(({ hosts }) => hosts),
  ].reduce(union, NOBODY);
}

import { isDeepStrictEqual } from "node:util";
import { databaseNow, type Executor } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { selectScopedPolicies } from "#lib/labels/sql.ts";
import { selectMatchingRecords, selectPolicyRecords } from "#lib/policies/sql.ts";
import { keyOf, nameOfLive, type PlannedExemptions } from "./plan-exemptions.ts";
import type { PlannedLabels } from "./plan-labels.ts";
import type { PlannedPolicies, PolicyAfter } from "./plan-policies.ts";
import type { PlannedTeams } from "./plan-teams.ts";
import { letOff, type PlannedChange, plannedChange, type Scope } from "./planned.ts";
import { selectLiveExemptions } from "./sql.ts";

export interface PlannedParts {
  teams: PlannedTeams;
  labels: PlannedLabels;
  policies: PlannedPolicies;
  exemptions: PlannedExemptions;
}

/** What moves hosts: labels that are edited, and teams that go, whose hosts are then in none. */
interface Movers {
  labels: ReadonlySet<number>;
  teams: ReadonlySet<number>;
}

function moversOf({ labels, teams }: PlannedParts): Movers {
  const edited = labels.changes.flatMap(({ action, touches }) =>
    action === "update" && touches.kind === "label" ? [touches.id] : [],
  );
  return { labels: new Set(edited), teams: new Set(teams.gone.map(({ id }) => id)) };
}

const goesBy = ({ labelScope }: Pick<Scope, "labelScope">, { labels }: Movers): boolean =>
  labelIdsOf(labelScope).some((id) => labels.has(id));

/** Policies by id that move with a label or a team, whether or not the request names them. */
async function movingPolicies(executor: Executor, viewer: Viewer, movers: Movers) {
  const scope = teamScope(viewer, "policy:read");
  const scoped = movers.labels.size > 0 ? await selectScopedPolicies(executor, scope) : [];
  const byLabel = scoped.filter((policy) => goesBy(policy, movers)).map(({ id }) => id);
  const found = byLabel.length > 0 ? await selectPolicyRecords(executor, byLabel) : [];
  const teams = movers.teams.size > 0 ? [...movers.teams, 0] : [];
  for (const teamId of teams) {
    found.push(...(await selectMatchingRecords(executor, { teamId, inherited: false }, {})));
  }
  return [...new Map(found.map((policy) => [policy.id, policy])).values()];
}

async function affectedPolicies(
  executor: Executor,
  viewer: Viewer,
  { teams, policies }: PlannedParts,
  movers: Movers,
): Promise<PlannedChange[]> {
  const names = new Map([...teams.ids].map(([name, id]) => [id, name]));
  const nameIn = (team: string | null, name: string) => JSON.stringify([team, name]);
  const told = new Set(policies.changes.map(({ team, name }) => nameIn(team, name)));
  return (await movingPolicies(executor, viewer, movers)).flatMap((policy) => {
    const { name, teamId } = policy;
    const team = names.get(teamId) ?? null;
    if (told.has(nameIn(team, name))) return [];
    const goes = movers.teams.has(teamId ?? 0);
    const touches = { kind: "asked", before: policy, after: goes ? undefined : policy } as const;
    return plannedChange({ kind: "policy", name, team, action: goes ? "delete" : "none", touches });
  });
}

type Named = Pick<PolicyAfter, "name" | "team"> & { before: Scope; after: Scope };

/** The policies of some exemptions as they are and as they will be, without those that are new or go. */
async function policiesOf(
  executor: Executor,
  ids: readonly number[],
  { policies, teams }: PlannedParts,
): Promise<Map<number, Named>> {
  const names = new Map([...teams.ids].map(([name, id]) => [id, name]));
  const goes = new Set(teams.gone.map(({ id }) => id));
  const planned = policies.after.flatMap(({ id, name, team, teamId, fields, before }) => {
    const after = { ...fields, teamId };
    return before ? [[id, { name, team, before, after }] as const] : [];
  });
  const known = new Set([...policies.gone, ...policies.after].map(({ id }) => id));
  const others = ids.filter((id) => !known.has(id));
  const records = others.length > 0 ? await selectPolicyRecords(executor, others) : [];
  const rest = records
    .filter(({ teamId }) => !goes.has(teamId ?? 0))
    .map((policy): [number, Named] => {
      const team = names.get(policy.teamId) ?? "";
      return [policy.id, { name: policy.name, team, before: policy, after: policy }];
    });
  return new Map([...planned, ...rest]);
}

/** Those of single hosts are left out: of thousands, each would say that one host comes or leaves. */
async function affectedExemptions(
  executor: Executor,
  viewer: Viewer,
  parts: PlannedParts,
  movers: Movers,
): Promise<PlannedChange[]> {
  const scope = teamScope(viewer, "policy:write");
  const live = await selectLiveExemptions(executor, scope, "any", await databaseNow(executor));
  const others = live.filter(
    ({ exemption }) => !parts.exemptions.told.has(keyOf(exemption.policyId, exemption)),
  );
  const ids = [...new Set(others.map(({ exemption }) => exemption.policyId))];
  const policies = await policiesOf(executor, ids, parts);
  return others.flatMap((row) => {
    const policy = policies.get(row.exemption.policyId);
    if (!policy) return [];
    const { before, after, team } = policy;
    const { labelId, teamId } = row.exemption;
    const mayMove =
      movers.teams.size > 0 ||
      movers.labels.has(labelId ?? 0) ||
      goesBy(after, movers) ||
      before.platform !== after.platform ||
      !isDeepStrictEqual(before.labelScope, after.labelScope);
    if (!mayMove) return [];
    const ends = movers.teams.has(teamId ?? 0);
    return plannedChange({
      kind: "exemption",
      name: nameOfLive(policy.name, row),
      team,
      action: ends ? "delete" : "none",
      touches: {
        kind: "asked",
        before: letOff(before, row.exemption),
        after: ends ? undefined : letOff(after, row.exemption),
      },
    });
  });
}

/**
 * Policies and exemptions that the request does not name, and that may be of other hosts when it is
 * applied, or go with their team.
 */
export async function planAffected(
  executor: Executor,
  viewer: Viewer,
  parts: PlannedParts,
): Promise<PlannedChange[]> {
  const movers = moversOf(parts);
  return [
    ...(await affectedPolicies(executor, viewer, parts, movers)),
    ...(await affectedExemptions(executor, viewer, parts, movers)),
  ];
}

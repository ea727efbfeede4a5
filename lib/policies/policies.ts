import type { Executor } from "#db/client.ts";
import { authorize, GLOBAL, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { readAsked } from "./asked.ts";
import type {
  PolicyCountOptions,
  PolicyJson,
  PolicyListOptions,
  TeamPolicyListOptions,
} from "./schema.ts";
import { serializePolicy } from "./serialize.ts";
import {
  countPolicies as countPolicyRows,
  type PolicyFilter,
  type PolicyOwner,
  type PolicySelection,
  selectPolicies,
  selectPolicyRecords,
  teamExists,
} from "./sql.ts";

/** Policies of no team and of one's teams; everything for global roles. */
const readScope = (viewer: Viewer): TeamScope => teamScope(viewer, "policy:read");

async function read(scope: TeamScope, selection: PolicySelection): Promise<PolicyJson[]> {
  const rows = await selectPolicies(database(), scope, selection);
  const records = rows.map(({ policy }) => policy);
  const asked = await readAsked(database(), scope, records, selection.countTeamId);
  return rows.map((row) => serializePolicy(row, asked));
}

/** Throws `not_found` unless the team exists; 0 (no team) always does. */
export async function requireTeam(executor: Executor, teamId: number): Promise<void> {
  if (teamId !== 0 && !(await teamExists(executor, teamId))) throw notFound(`Team ${teamId}`);
}

async function teamReadScope(viewer: Viewer, teamId: number): Promise<TeamScope> {
  authorize(viewer, "policy:read", { teamId });
  await requireTeam(database(), teamId);
  return readScope(viewer);
}

const filterOf = ({ query, tag, framework }: PolicyCountOptions): PolicyFilter => ({
  query,
  tags: tag,
  framework,
});

const selectionOf = (options: PolicyListOptions): Partial<PolicySelection> => ({
  ...filterOf(options),
  orderKey: options.order_key,
  orderDirection: options.order_direction,
  paging: pagingOf(options),
});

/** Global policies, counted over the hosts that the viewer may see. */
export function listPolicies(viewer: Viewer, options: PolicyListOptions): Promise<PolicyJson[]> {
  authorize(viewer, "policy:read", GLOBAL);
  return read(readScope(viewer), { owner: "global", ...selectionOf(options) });
}

export function countPolicies(viewer: Viewer, options: PolicyCountOptions): Promise<number> {
  authorize(viewer, "policy:read", GLOBAL);
  return countPolicyRows(database(), readScope(viewer), "global", filterOf(options));
}

/**
 * A team's policies and the global ones that it inherits, both counted over the team's hosts.
 * With `merge_inherited` they are one list.
 */
export async function listTeamPolicies(
  viewer: Viewer,
  teamId: number,
  options: TeamPolicyListOptions,
): Promise<{ policies: PolicyJson[]; inherited: PolicyJson[] }> {
  const scope = await teamReadScope(viewer, teamId);
  const merged = options.merge_inherited;
  const own = { owner: { teamId, inherited: merged }, countTeamId: teamId };
  const [policies, inherited] = await Promise.all([
    read(scope, { ...own, ...selectionOf(options) }),
    merged ? [] : read(scope, inheritedSelection(teamId, options)),
  ]);
  return { policies, inherited };
}

function inheritedSelection(teamId: number, options: TeamPolicyListOptions): PolicySelection {
  return {
    owner: "global",
    countTeamId: teamId,
    ...selectionOf({
      query: "",
      tag: [],
      framework: "",
      page: options.inherited_page,
      per_page: options.inherited_per_page,
      order_key: options.inherited_order_key,
      order_direction: options.inherited_order_direction,
    }),
  };
}

export async function countTeamPolicies(
  viewer: Viewer,
  teamId: number,
  options: PolicyCountOptions & { merge_inherited: boolean },
): Promise<number> {
  const scope = await teamReadScope(viewer, teamId);
  const owner: PolicyOwner = { teamId, inherited: options.merge_inherited };
  return countPolicyRows(database(), scope, owner, filterOf(options));
}

/** All policies that a team's list, or the one of all teams, holds. */
export async function allPolicies(viewer: Viewer, teamId: number | null): Promise<PolicyJson[]> {
  if (teamId === null) {
    authorize(viewer, "policy:read", GLOBAL);
    return read(readScope(viewer), { owner: "global" });
  }
  const scope = await teamReadScope(viewer, teamId);
  return read(scope, { owner: { teamId, inherited: true }, countTeamId: teamId });
}

/**
 * One policy, whatever team it is of. Throws `not_found`, and `forbidden` for a policy of a team
 * that the viewer is not in.
 */
export async function getPolicy(viewer: Viewer, id: number): Promise<PolicyJson> {
  const scope = readScope(viewer);
  const [record] = await selectPolicyRecords(database(), [id]);
  if (!record) throw notFound(`Policy ${id}`);
  authorize(viewer, "policy:read", record);
  const [policy] = await read(scope, { owner: "any", ids: [id] });
  if (!policy) throw notFound(`Policy ${id}`);
  return policy;
}

/** A policy as one team sees it: the team's own, or a global one counted over the team's hosts. */
export async function getTeamPolicy(
  viewer: Viewer,
  teamId: number,
  id: number,
): Promise<PolicyJson> {
  const scope = await teamReadScope(viewer, teamId);
  const owner = { teamId, inherited: true };
  const [policy] = await read(scope, { owner, ids: [id], countTeamId: teamId });
  if (!policy) throw notFound(`Policy ${id}`);
  return policy;
}

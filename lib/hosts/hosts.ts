import { type Action, authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { serializeSummary } from "#lib/labels/serialize.ts";
import { type LabelRecord, selectBuiltinLabels, selectLabelsById } from "#lib/labels/sql.ts";
import type { PolicyState } from "#lib/membership/status.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type { HostConditions } from "./conditions.ts";
import type { HostJson, HostSummary } from "./json.ts";
import type { HostOrder } from "./order.ts";
import { readHostJson } from "./read.ts";
import type { HostFilters, HostListOptions, HostSummaryOptions } from "./schema.ts";
import { countForSummary, countHosts as countSelectedHosts, selectHostIds } from "./selection.ts";
import { selectFilteredPolicy, selectHostTeam, selectIdsByIdentifier } from "./sql.ts";

/** Policies and labels make a host many times larger, so such a page is short whatever was asked for. */
const POPULATED_PER_PAGE_MAX = 200;
const SEARCH_RESULTS_MAX = 10;

/** Fleet's two responses, and what it means by a policy without one: not run yet, or in error. */
const RESPONSE_STATES: Record<string, readonly PolicyState[]> = {
  passing: ["pass"],
  failing: ["fail"],
  "": ["pending", "error", "stale"],
};

/**
 * Filters with what they need to know. Throws `not_found` for a policy that the viewer cannot see and
 * for a label that is not there.
 */
export async function resolveFilters(
  scope: TeamScope,
  filters: HostFilters,
): Promise<HostConditions> {
  const label = await filteredLabel(filters.label_id);
  const now = new Date();
  const policyId = filters.policy_id;
  if (!policyId) return { filters, now, label };
  const policy = await selectFilteredPolicy(database(), scope, policyId);
  if (!policy) throw notFound(`Policy ${policyId}`);
  const states = filters.policy_state
    ? [filters.policy_state]
    : (RESPONSE_STATES[filters.policy_response ?? ""] ?? []);
  return { filters, now, label, policy: { ...policy, states } };
}

/** Labels are everybody's to read. */
async function filteredLabel(id: number | null | undefined): Promise<LabelRecord | undefined> {
  if (typeof id !== "number") return undefined;
  const [label] = await selectLabelsById(database(), [id]);
  if (!label) throw notFound(`Label ${id}`);
  return label;
}

export const orderOf = (options: Partial<HostListOptions>): HostOrder => ({
  key: options.order_key ?? "id",
  direction: options.order_direction ?? "asc",
  after: options.after,
});

/** Hosts that the viewer may see, one page; by id unless told otherwise. */
export async function listHosts(viewer: Viewer, options: HostListOptions): Promise<HostJson[]> {
  const scope = teamScope(viewer, "host:read");
  const conditions = await resolveFilters(scope, options);
  const paging = pagingOf(options);
  if (options.populate_policies || options.populate_labels) {
    paging.limit = Math.min(paging.limit, POPULATED_PER_PAGE_MAX);
  }
  const ids = await selectHostIds(
    await listDatabase(),
    scope,
    conditions,
    orderOf(options),
    paging,
  );
  const hosts = await readHostJson(scope, ids, conditions.now, {
    policies: options.populate_policies,
    users: options.populate_users,
    labels: options.populate_labels,
    flappingOn: options.policy_id,
  });
  if (!options.disable_issues && !options.disable_failing_policies) return hosts;
  return hosts.map(({ issues: _, ...host }) => host);
}

/** Exactly as many as `listHosts` has over all pages: one condition makes both. */
export async function countHosts(viewer: Viewer, filters: HostFilters): Promise<number> {
  const scope = teamScope(viewer, "host:read");
  return countSelectedHosts(await listDatabase(), scope, await resolveFilters(scope, filters));
}

/** A few hosts whose name, serial, UUID or address contains the text. */
export async function searchHosts(
  viewer: Viewer,
  query: string,
  excludedIds: readonly number[],
): Promise<HostJson[]> {
  const scope = teamScope(viewer, "host:read");
  const conditions = await resolveFilters(scope, { query });
  const limit = SEARCH_RESULTS_MAX + excludedIds.length;
  const order = orderOf({ order_key: "display_name" });
  const ids = await selectHostIds(await listDatabase(), scope, conditions, order, {
    limit,
    offset: 0,
  });
  const excluded = new Set(excludedIds);
  const found = ids.filter((id) => !excluded.has(id)).slice(0, SEARCH_RESULTS_MAX);
  return readHostJson(scope, found, conditions.now);
}

/**
 * The scope to read a host in. Throws `not_found`, and `forbidden` for a host of a team that the
 * viewer is not in (contract: fleet-api 2.1).
 */
export async function hostScope(viewer: Viewer, action: Action, id: number): Promise<TeamScope> {
  const scope = teamScope(viewer, action);
  const host = await selectHostTeam(database(), id);
  if (!host) throw notFound(`Host ${id}`);
  authorize(viewer, action, host);
  return scope;
}

/**
 * The one host that goes by an identifier: the identity it enrolled by, UUID, serial number or host
 * name, in this order. Throws `conflict` when several do: an answer about the wrong machine must not
 * open a gate. Hosts of other teams are as if they were not there.
 */
export async function findHostByIdentifier(
  viewer: Viewer,
  identifier: string,
): Promise<{ id: number; scope: TeamScope }> {
  const scope = teamScope(viewer, "host:identify");
  const found = await selectIdsByIdentifier(database(), scope, identifier);
  const best = bestMatch(identifier, found);
  if (!best) throw notFound(`Host ${identifier}`);
  return { id: best.id, scope };
}

/** The one host that goes by an identifier in the best way. Throws `conflict` when several do. */
export function bestMatch<T extends { id: number; rank: number }>(
  identifier: string,
  found: readonly T[],
): T | undefined {
  const best = Math.min(...found.map((match) => match.rank));
  const [first, ...others] = found.filter((match) => match.rank === best);
  if (others.length > 0) {
    throw conflict(`Several hosts go by "${identifier}": use the UUID or the host's id`);
  }
  return first;
}

/** Numbers for the dashboard. */
export async function summarizeHosts(
  viewer: Viewer,
  options: HostSummaryOptions,
): Promise<HostSummary> {
  const scope = teamScope(viewer, "host:read");
  const { team_id, platform, low_disk_space } = options;
  const conditions = { filters: { team_id, platform }, now: new Date() };
  const db = await listDatabase();
  const [counts, builtin] = await Promise.all([
    countForSummary(db, scope, conditions, low_disk_space),
    selectBuiltinLabels(db),
  ]);
  const { platforms, online, missing, pass, fail } = counts;
  const total = (of = platforms) => of.reduce((sum, row) => sum + row.hosts, 0);
  const hosts = total();
  return {
    ...(typeof team_id === "number" ? { team_id } : {}),
    totals_hosts_count: hosts,
    online_count: online,
    offline_count: hosts - online,
    mia_count: missing,
    missing_30_days_count: missing,
    new_count: counts.created,
    all_linux_count: total(platforms.filter((row) => row.family === "linux")),
    ...(low_disk_space ? { low_disk_space_count: counts.lowDisk } : {}),
    builtin_labels: serializeSummary(builtin).labels,
    platforms: platforms.map((row) => ({ platform: row.platform, hosts_count: row.hosts })),
    verdicts: { pass, fail, unknown: hosts - pass - fail },
  };
}

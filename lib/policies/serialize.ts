import { policyApplies } from "#lib/membership/scope.ts";
import type { PolicyJson } from "./schema.ts";
import type { HostGroup, PolicyRow } from "./sql.ts";

/** What stands for an author who is gone, as in Fleet. */
export const DELETED_AUTHOR = "<deleted>";

const hostsOf = (groups: readonly HostGroup[]): number =>
  groups.reduce((total, group) => total + group.hosts, 0);

/** Hosts that are asked the policy, out of counts by team and platform. */
const hostsAsked = ({ policy }: PolicyRow, groups: readonly HostGroup[]): number =>
  hostsOf(groups.filter((group) => policyApplies(policy, group)));

/** Hosts of the policy's team, or of all for a global one. */
const hostsOfTeam = ({ policy }: PolicyRow, groups: readonly HostGroup[]): number =>
  hostsOf(groups.filter(({ teamId }) => policy.teamId === null || policy.teamId === (teamId ?? 0)));

/**
 * The policy object of fleet-api 3.2 with Muster's keys. `groups` are the hosts that the counts are
 * about. Counts and hosts are read one after the other, so pending is kept from going below 0.
 */
export function serializePolicy(row: PolicyRow, groups: readonly HostGroup[]): PolicyJson {
  const { policy, author, counts } = row;
  const asked = hostsAsked(row, groups);
  const answered = counts.passing + counts.failing + counts.erroring + counts.stale + counts.exempt;
  return {
    id: policy.id,
    name: policy.name,
    query: policy.query,
    description: policy.description,
    resolution: policy.resolution,
    platform: policy.platform,
    critical: policy.critical,
    team_id: policy.teamId,
    author_id: author ? policy.authorId : null,
    author_name: author?.name ?? DELETED_AUTHOR,
    author_email: author?.email ?? "",
    calendar_events_enabled: false,
    conditional_access_enabled: false,
    created_at: policy.createdAt.toISOString(),
    updated_at: policy.updatedAt.toISOString(),
    interval: policy.intervalSeconds,
    tags: policy.tags ?? [],
    paused_at: policy.pausedAt?.toISOString() ?? null,
    run_requested_at: policy.runRequestedAt?.toISOString() ?? null,
    version: policy.version,
    revision: policy.revision,
    query_changed_at: policy.queryChangedAt.toISOString(),
    passing_host_count: counts.passing,
    failing_host_count: counts.failing,
    error_host_count: counts.erroring,
    stale_host_count: counts.stale,
    exempt_host_count: counts.exempt,
    pending_host_count: Math.max(0, asked - answered),
    not_applicable_host_count: hostsOfTeam(row, groups) - asked,
    host_count_updated_at: row.countedAt?.toISOString() ?? null,
  };
}

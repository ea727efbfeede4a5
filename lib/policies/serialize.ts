import type { Asked } from "./asked.ts";
import { serializeLabelScope } from "./label-scope.ts";
import type { PolicyJson } from "./schema.ts";
import type { PolicyRow } from "./sql.ts";

/** What stands for an author who is gone, as in Fleet. */
const DELETED_AUTHOR = "<deleted>";

/** What Fleet's clients are told of a policy itself, in a list or on a host. */
export function policyKeys({ policy, author }: Pick<PolicyRow, "policy" | "author">) {
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
  };
}

/**
 * The policy object of fleet-api 3.2 with Muster's keys. `hosts` are those that the counts are
 * about. Counts and hosts are read one after the other, so pending is kept from going below 0.
 */
export function serializePolicy(row: PolicyRow, hosts: Asked): PolicyJson {
  const { policy, counts } = row;
  const asked = hosts.asked(policy);
  const answered = counts.passing + counts.failing + counts.erroring + counts.stale + counts.exempt;
  return {
    ...policyKeys(row),
    interval: policy.intervalSeconds,
    tags: policy.tags ?? [],
    ...serializeLabelScope(policy.labelScope, hosts.labelNames),
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
    not_applicable_host_count: hosts.inTeam(policy) - asked,
    host_count_updated_at: row.countedAt?.toISOString() ?? null,
  };
}

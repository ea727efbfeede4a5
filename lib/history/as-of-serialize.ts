import { readVersionFields } from "#lib/policies/version-fields.ts";
import type {
  HostPolicyThenJson,
  HostThenJson,
  PolicyFactsThenJson,
  PolicyThenJson,
} from "./as-of-schema.ts";
import type { SetsAt } from "./sets.ts";
import {
  ANSWERED_THEN,
  type HistoryState,
  type HostThen,
  stateThen,
  VERDICTS_THEN,
} from "./states.ts";
import { policyThen } from "./then.ts";
import type { HostRowThen, LastChange, VersionThen } from "./then-sql.ts";
import type { VerdictSpan } from "./verdicts-sql.ts";

export function serializeFactsThen(
  version: VersionThen,
  { areLabelsKept }: Pick<SetsAt, "areLabelsKept">,
): PolicyFactsThenJson {
  const fields = readVersionFields(version.fields);
  const byLabels = policyThen(version).labelScope !== null;
  return {
    id: version.policyId,
    name: version.name,
    team_id: version.teamId,
    query: fields.query,
    description: fields.description,
    resolution: fields.resolution,
    platform: fields.platform,
    critical: fields.critical,
    tags: fields.tags ?? [],
    paused: fields.paused,
    by_labels: byLabels,
    pending_is_known: !byLabels || areLabelsKept,
    revision: version.revision,
    version: version.version,
    edited_at: version.createdAt.toISOString(),
    edited_by: version.authorName,
    ended_at: version.endedAt?.toISOString() ?? null,
  };
}

/** A policy as it was, with its counts. */
export async function serializePolicyThen(
  version: VersionThen,
  sets: SetsAt,
): Promise<PolicyThenJson> {
  const counts = await sets.counts(version);
  return {
    ...serializeFactsThen(version, sets),
    passing_host_count: counts.pass,
    failing_host_count: counts.fail,
    error_host_count: counts.error,
    stale_host_count: counts.stale,
    exempt_host_count: counts.exempt,
    pending_host_count: counts.pending,
  };
}

const ORDER: readonly HistoryState[] = ["fail", "error", "stale", "pending", "exempt", "pass"];
const byName = new Intl.Collator();

/** How a host stood on each of the policies; what wants attention first comes first. */
export function hostPoliciesThen(
  versions: readonly VersionThen[],
  host: HostThen,
  lastOf: (policyId: number) => LastChange | undefined,
): HostPolicyThenJson[] {
  return versions
    .map((version) => {
      const fields = readVersionFields(version.fields);
      const last = lastOf(version.policyId);
      const state = stateThen(policyThen(version), host, last);
      const told = ANSWERED_THEN.some((answered) => answered === state) ? last : undefined;
      return {
        id: version.policyId,
        name: version.name,
        team_id: version.teamId,
        query: fields.query,
        platform: fields.platform,
        critical: fields.critical,
        revision: version.revision,
        state,
        since: told?.at.toISOString() ?? null,
        error: told?.error ?? null,
      };
    })
    .sort(
      (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || byName.compare(a.name, b.name),
    );
}

export interface HostSeenThen {
  row: HostRowThen;
  policies: readonly HostPolicyThenJson[];
  verdict: VerdictSpan | undefined;
}

export function serializeHostThen(
  { row: { host, teamName }, policies, verdict }: HostSeenThen,
  policyId?: number,
): HostThenJson {
  const failing = policies.filter(({ state }) => state === "fail");
  const policy = policies.find(({ id }) => id === policyId);
  return {
    id: host.hostId,
    display_name: host.displayName,
    hostname: host.hostname,
    hardware_serial: host.hardwareSerial,
    platform: host.platform,
    os_version: host.osVersion,
    team_id: host.teamId,
    team_name: teamName,
    verdict: VERDICTS_THEN.find((one) => one === verdict?.verdict) ?? null,
    verdict_since: verdict?.at.toISOString() ?? null,
    failing_policies_count: failing.length,
    failing_critical_policies_count: failing.filter(({ critical }) => critical).length,
    ...(policy ? { policy_state: policy.state, policy_since: policy.since } : {}),
  };
}

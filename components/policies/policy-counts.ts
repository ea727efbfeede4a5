import type { State } from "#components/ui/state.ts";
import type { StateCounts } from "#components/ui/state-bar.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";

type Counted = Pick<
  PolicyJson,
  | "passing_host_count"
  | "failing_host_count"
  | "error_host_count"
  | "stale_host_count"
  | "pending_host_count"
  | "exempt_host_count"
>;

export function countsOf(policy: Counted): StateCounts {
  return {
    pass: policy.passing_host_count,
    fail: policy.failing_host_count,
    error: policy.error_host_count,
    stale: policy.stale_host_count,
    pending: policy.pending_host_count,
    exempt: policy.exempt_host_count,
  };
}

/** The list behind a count: exactly these hosts. */
export function hostsHref(policyId: number, state: State, teamId: number | null): string {
  const team = teamId === null ? "" : `&team_id=${teamId}`;
  return `/hosts?policy_id=${policyId}&policy_state=${state}${team}`;
}

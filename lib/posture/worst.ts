import type { PolicyThenJson } from "#lib/history/as-of-schema.ts";
import type { PostureThenJson, WorstThenJson } from "./then-schema.ts";

export const WORST_POLICIES = 6;

const worstOf = (policy: PolicyThenJson): WorstThenJson => ({
  id: policy.id,
  name: policy.name,
  critical: policy.critical,
  team_id: policy.team_id,
  passing: policy.passing_host_count,
  failing: policy.failing_host_count,
  erroring: policy.error_host_count,
  stale: policy.stale_host_count,
});

/** As selectWorstPolicies orders those of now: most failing first, of equal ones the critical. */
export const worstThen = (policies: readonly PolicyThenJson[]): WorstThenJson[] =>
  policies
    .map(worstOf)
    .filter(({ failing }) => failing > 0)
    .sort((a, b) => b.failing - a.failing || Number(b.critical) - Number(a.critical) || a.id - b.id)
    .slice(0, WORST_POLICIES);

/** The answers to some policies together. */
export function answersThen(
  policies: readonly PolicyThenJson[],
): NonNullable<PostureThenJson["answers"]> {
  const sum = (count: (policy: PolicyThenJson) => number) =>
    policies.reduce((total, policy) => total + count(policy), 0);
  return {
    passing: sum((policy) => policy.passing_host_count),
    failing: sum((policy) => policy.failing_host_count),
    erroring: sum((policy) => policy.error_host_count),
    stale: sum((policy) => policy.stale_host_count),
    exempt: sum((policy) => policy.exempt_host_count),
    pending: sum((policy) => policy.pending_host_count),
  };
}

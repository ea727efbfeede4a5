import type { Card } from "#lib/membership/card.ts";
import type { LiveExemption } from "#lib/membership/exemptions.ts";
import { judgedPolicy, type Rules } from "#lib/membership/rules.ts";
import { entryCounts, type HostScope } from "#lib/membership/scope.ts";
import {
  type AnsweredState,
  type PolicyState,
  responseOf,
  staleAfterSeconds,
} from "#lib/membership/status.ts";
import { exemptionOf, type JudgedPolicy, policyState } from "#lib/membership/verdict.ts";
import { policyKeys } from "#lib/policies/serialize.ts";
import type { HostPolicyJson } from "./json.ts";
import type { HostPolicyRow, MembershipDetail } from "./sql.ts";

/** As localeCompare, which makes one of these at each call. */
const byName = new Intl.Collator();

/** What wants attention first comes first. */
export const STATE_ORDER: readonly PolicyState[] = [
  "fail",
  "error",
  "stale",
  "pending",
  "exempt",
  "pass",
];

export interface AskedHost extends HostScope {
  createdAt: Date;
}

/** What policies are judged with, and the server's interval, for those that have none. */
export interface HostRules {
  rules: Rules;
  intervalSeconds: number;
}

interface Standing {
  state: PolicyState;
  asOf: Date | null;
  since: Date | null;
  error: string | null;
  passes: boolean | null;
}

/** Since when the host has been waited for: it, the SQL and its platform must all be there. */
function pendingSince(policy: HostPolicyRow["policy"], host: AskedHost): Date {
  const inScopeSinceMs = policy.platformSince[host.platformFamily] ?? 0;
  const startMs = Math.max(policy.queryChangedAt.getTime(), host.createdAt.getTime());
  return new Date(Math.max(startMs, inScopeSinceMs));
}

function standingOf(
  row: HostPolicyRow,
  policy: JudgedPolicy,
  host: AskedHost,
  card: Card,
  membership: MembershipDetail | undefined,
  nowMs: number,
): Standing {
  const state = policyState(policy, host, card, nowMs);
  const entry = card.get(policy.id);
  if (state === "pending" || !entry || !entryCounts(entry, policy, host)) {
    const since = pendingSince(row.policy, host);
    return { state, asOf: null, since, error: null, passes: null };
  }
  const { passes } = entry;
  const asOf = new Date(entry.evaluatedAtMs);
  const recorded = membership?.revision === policy.revision ? membership : undefined;
  const error = state === "error" ? (recorded?.error ?? null) : null;
  if (recorded?.state === state) return { state, asOf, since: recorded.since, error, passes };
  // The row still says what it said before the deadline passed a moment ago.
  const staleAt = new Date(entry.evaluatedAtMs + staleAfterSeconds(policy.intervalSeconds) * 1000);
  return { state, asOf, since: state === "stale" ? staleAt : null, error, passes };
}

const passOrFail = (passes: boolean | null): AnsweredState | null =>
  passes === null ? null : passes ? "pass" : "fail";

function toJson(
  row: HostPolicyRow,
  standing: Standing,
  exemption: LiveExemption | undefined,
): HostPolicyJson {
  const { policy } = row;
  return {
    ...policyKeys(row),
    response: responseOf(standing.state),
    state: standing.state,
    as_of: standing.asOf?.toISOString() ?? null,
    since: standing.since?.toISOString() ?? null,
    revision: policy.revision,
    error: standing.error,
    last_response: responseOf(passOrFail(standing.passes) ?? "pending"),
    exempt: exemption
      ? { id: exemption.id, expires_at: new Date(exemption.untilMs).toISOString() }
      : null,
    paused_at: policy.pausedAt?.toISOString() ?? null,
  };
}

/**
 * Every policy that asks the host, or may, with the host's state at `nowMs`: fail, error, stale,
 * pending, exempt, pass; then by name.
 */
export function hostPolicies(
  rows: readonly HostPolicyRow[],
  host: AskedHost,
  card: Card,
  memberships: readonly MembershipDetail[],
  { rules, intervalSeconds }: HostRules,
  nowMs: number,
): HostPolicyJson[] {
  const details = new Map(memberships.map((row) => [row.policyId, row]));
  return rows
    .map((row) => {
      const policy = judgedPolicy(row.policy, rules, intervalSeconds);
      const standing = standingOf(row, policy, host, card, details.get(policy.id), nowMs);
      return toJson(row, standing, exemptionOf(policy, host, nowMs));
    })
    .filter((policy) => policy.state !== "not_applicable")
    .sort(
      (a, b) =>
        STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
        byName.compare(a.name, b.name),
    );
}

import { STATE_ORDER } from "#lib/hosts/host-policies.ts";
import type { Card } from "#lib/membership/card.ts";
import { entryCounts, type HostScope } from "#lib/membership/scope.ts";
import type { PolicyState } from "#lib/membership/status.ts";
import { exemptionOf, type Gate, type HostStanding, policyState } from "#lib/membership/verdict.ts";
import type { NamedPolicy } from "./rules.ts";
import type { Attestation } from "./schema.ts";

const PROVEN: ReadonlySet<PolicyState> = new Set(["pass", "fail"]);

export interface Judged {
  host: HostScope;
  /** Those that ask the host, or may, by name. */
  policies: readonly NamedPolicy[];
  card: Card;
  standing: HostStanding;
  gate: Gate;
  nowMs: number;
  url: string;
}

const named = ({ id, name, critical }: NamedPolicy) => ({ id, name, critical });

/** What gateways read. Failing and unproven policies as their page lists them: by state, then name. */
export function body({ host, policies, card, standing, gate, nowMs, url }: Judged): Attestation {
  let asOfMs = Number.POSITIVE_INFINITY;
  const failing: Attestation["failing"] = [];
  const unproven: Attestation["unproven"] = [];
  for (const policy of policies) {
    const state = policyState(policy, host, card, nowMs);
    if (state === "fail") failing.push(named(policy));
    if (policy.pausedAt || (gate !== "all" && !policy.critical)) continue;
    if (exemptionOf(policy, host, nowMs)) continue;
    if (!PROVEN.has(state)) unproven.push({ ...named(policy), state });
    const entry = card.get(policy.id);
    if (entry && entryCounts(entry, policy, host)) asOfMs = Math.min(asOfMs, entry.evaluatedAtMs);
  }
  const { validUntilMs } = standing;
  return {
    host_id: host.hostId,
    verdict: standing.verdict,
    as_of: Number.isFinite(asOfMs) ? new Date(asOfMs).toISOString() : null,
    valid_until: validUntilMs === null ? null : new Date(validUntilMs).toISOString(),
    failing,
    unproven: unproven.sort((a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state)),
    my_device_url: url,
  };
}

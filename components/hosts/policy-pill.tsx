"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import Link from "next/link";
import { countsOf } from "#components/policies/policy-counts.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { STATE_ORDER, STATES, type State } from "#components/ui/state.ts";
import type { StateCounts } from "#components/ui/state-bar.tsx";
import { formatNumber } from "#lib/format.ts";
import type { HostFilters } from "#lib/hosts/schema.ts";
import { teamPolicyOptions } from "#lib/policies/client.ts";
import type { FilterChange } from "./use-host-filters.ts";

interface PolicyPillProps {
  policyId: number;
  filters: HostFilters;
  change: (next: FilterChange) => void;
}

/** The policy that the list is about, and a switch between the states its hosts are in. */
export function PolicyPill({ policyId, filters, change }: PolicyPillProps) {
  const { data, isError } = useQuery(teamPolicyOptions(policyId, filters.team_id ?? null));
  const policy = data?.policy;
  return (
    <PolicyStates
      name={policy?.name ?? (isError ? `Policy ${policyId}` : "…")}
      href={`/policies/${policyId}`}
      counts={policy && { ...countsOf(policy), not_applicable: policy.not_applicable_host_count }}
      state={filters.policy_state ?? "fail"}
      change={change}
    />
  );
}

interface PolicyStatesProps {
  name: string;
  href: string;
  /** undefined: not known yet. */
  counts: StateCounts | undefined;
  state: State;
  change: (next: FilterChange) => void;
}

/** The same of a policy that the caller has read. */
export function PolicyStates({ name, href, counts, state, change }: PolicyStatesProps) {
  return (
    <section
      aria-label="Policy filter"
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-accent-line bg-accent-soft py-1.5 pr-1.5 pl-3 text-sm"
    >
      <span className="min-w-0 flex-1 basis-56">
        <span className="text-muted">Policy </span>
        <Link
          href={href}
          className="break-words font-medium text-ink underline-offset-3 hover:underline"
        >
          {name}
        </Link>
      </span>
      <div className="order-last max-w-full overflow-x-auto sm:order-none">
        <Segmented
          label="State of the policy"
          value={state}
          className="min-w-max"
          onValueChange={(policy_state) => change({ policy_state, policy_response: null })}
          options={STATE_ORDER.map((value) => ({ value, label: stateLabel(value, counts) }))}
        />
      </div>
      <IconButton
        label="Remove the policy filter"
        size="sm"
        onClick={() => change({ policy_id: null, policy_state: null, policy_response: null })}
      >
        <X aria-hidden />
      </IconButton>
    </section>
  );
}

/** Of some states nobody has counted the hosts. */
function stateLabel(state: State, counts: StateCounts | undefined): string {
  const { label } = STATES[state];
  const count = counts?.[state];
  return count === undefined ? label : `${label} ${formatNumber(count)}`;
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { type FilterChange, useHostFilters } from "#components/hosts/use-host-filters.ts";
import { historyLimitsOptions, policyThenOptions } from "#lib/history/client.ts";
import type { HostFilters } from "#lib/hosts/schema.ts";
import { isApiError } from "#lib/http/api-error.ts";
import { isFullThen, type LeftOut, leftOut } from "./filters-then.ts";

/** The policy that the list is about, with its counts then; gone: there was none. */
function usePolicyThen(asOf: string, id: number | null, teamId: number | null) {
  const options = policyThenOptions(asOf, id ?? 0, teamId);
  const { data, error } = useQuery({ ...options, enabled: id !== null });
  if (id === null) return { policy: undefined, isGone: false };
  return { policy: data?.policy, isGone: isApiError(error) && error.status === 404 };
}

/** What narrows a policy's filter goes with it. */
const namesOf = (unknown: readonly LeftOut[]): string[] =>
  unknown.flatMap(({ name }) =>
    name === "policy_id" ? [name, "policy_state", "policy_response"] : [name],
  );

/** The filters of the list of now, and which of them a past moment answers. */
export function useFiltersThen(asOf: string) {
  const { filters, paging, change } = useHostFilters();
  const limits = useQuery(historyLimitsOptions());
  const at = new Date(asOf);
  const id = filters.policy_id ?? null;
  const { policy, isGone } = usePolicyThen(asOf, id, filters.team_id ?? null);
  const unknown: LeftOut[] = [
    ...(limits.data ? leftOut(filters, at, limits.data) : []),
    ...(isGone
      ? [{ name: "policy_id" as const, text: `Policy ${id}: not there yet, or gone.` }]
      : []),
  ];
  const names = namesOf(unknown);
  const given = Object.entries(filters).filter(([name]) => !names.includes(name));
  const removed: FilterChange = Object.fromEntries(names.map((name) => [name, null]));
  return {
    filters,
    paging,
    change,
    /** Until the limits are known, the list might be asked for what the server refuses. */
    isReady: !limits.isPending,
    isFull: !limits.data || isFullThen(at, limits.data),
    unknown,
    answered: Object.fromEntries(given) as HostFilters,
    policyId: isGone ? null : id,
    policy,
    removeUnknown: () => change(removed),
  };
}

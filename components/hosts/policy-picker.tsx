"use client";

import { useQuery } from "@tanstack/react-query";
import { Combobox } from "#components/ui/combobox.tsx";
import { policyListOptions } from "#lib/policies/client.ts";
import type { FilterChange } from "./use-host-filters.ts";

/** A list that one scrolls through while typing; whoever has more policies finds them by search. */
const OFFERED = 500;

interface PolicyPickerProps {
  /** Whose policies are offered: with a team, its own and the inherited ones. */
  teamId: number | null;
  value: number | null | undefined;
  change: (next: FilterChange) => void;
}

export function PolicyPicker({ teamId, value, change }: PolicyPickerProps) {
  const list = policyListOptions({ teamId, page: 0, per_page: OFFERED, order_key: "name" });
  const { data } = useQuery({ ...list, refetchInterval: false });
  const options = (data?.policies ?? []).map((policy) => ({
    value: String(policy.id),
    label: policy.name,
    hint: policy.failing_host_count > 0 ? `${policy.failing_host_count} fail` : undefined,
  }));
  return (
    <Combobox
      aria-label="Policy"
      placeholder="Any policy"
      searchPlaceholder="Find a policy…"
      emptyText="No policy of that name."
      clearable
      options={options}
      value={value ? String(value) : null}
      onValueChange={(id) =>
        change({ policy_id: id ? Number(id) : null, policy_state: null, policy_response: null })
      }
      className="w-full min-w-40 flex-1 sm:max-w-60"
    />
  );
}

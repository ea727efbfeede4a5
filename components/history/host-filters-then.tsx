"use client";

import {
  FilterSelect,
  PLATFORM,
  STATUS,
  VERDICT_OPTIONS,
} from "#components/hosts/host-filters.tsx";
import type { HostListState } from "#components/hosts/use-host-filters.ts";
import { SearchInput } from "#components/ui/search-input.tsx";
import type { HostFilters } from "#lib/hosts/schema.ts";
import { LabelPickerThen, PolicyPickerThen } from "./pickers-then.tsx";

/** Who enrolled within a day is known of then; who was in contact is not. */
const STATUS_THEN = STATUS.map((option) => {
  if (option.value === "any") return option;
  if (option.value === "new") return { ...option, hint: "Enrolled in the 24 hours before" };
  return { ...option, disabled: true, hint: "Not kept of the past" };
});

interface HostFiltersThenProps extends Pick<HostListState, "filters" | "change"> {
  asOf: string;
  /** Verdicts and labels were kept. */
  isFull: boolean;
  policyName: string | undefined;
}

/** The filters of the list of now; what the past cannot answer is there and says so. */
export function HostFiltersThen(props: HostFiltersThenProps) {
  const { asOf, isFull, policyName, filters, change } = props;
  const policyId = filters.policy_id ?? null;
  return (
    <>
      <SearchInput
        placeholder="Search name or serial"
        value={filters.query ?? ""}
        onValueChange={(query) => change({ query: query || null })}
      />
      <FilterSelect
        label="Status then"
        options={STATUS_THEN}
        value={filters.status}
        onChange={(status) => change({ status: status as HostFilters["status"] })}
      />
      <FilterSelect
        label="Platform"
        options={PLATFORM}
        value={filters.platform}
        onChange={(platform) => change({ platform })}
      />
      <FilterSelect
        label="Verdict then"
        options={VERDICT_OPTIONS}
        disabled={!isFull}
        value={filters.verdict}
        onChange={(verdict) => change({ verdict: verdict as HostFilters["verdict"] })}
      />
      <LabelPickerThen
        asOf={asOf}
        value={filters.label_id ?? null}
        disabled={!isFull}
        onValueChange={(label_id) => change({ label_id })}
      />
      <PolicyPickerThen
        asOf={asOf}
        teamId={filters.team_id ?? null}
        value={
          policyId === null ? null : { id: policyId, name: policyName ?? `Policy ${policyId}` }
        }
        onValueChange={(policy_id) =>
          change({ policy_id, policy_state: null, policy_response: null })
        }
      />
    </>
  );
}

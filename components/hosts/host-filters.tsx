"use client";

import { LabelPicker } from "#components/labels/label-picker.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Select, type SelectOption } from "#components/ui/select.tsx";
import type { HostFilters as Filters } from "#lib/hosts/schema.ts";
import { PLATFORM_NAMES } from "./platform-name.ts";
import { PolicyPicker } from "./policy-picker.tsx";
import type { HostListState } from "./use-host-filters.ts";
import { VERDICTS } from "./verdict-badge.tsx";

const ANY = "any";

export const STATUS = [
  { value: ANY, label: "Any status" },
  { value: "online", label: "Online" },
  { value: "offline", label: "Offline" },
  { value: "new", label: "New", hint: "Enrolled in the last 24 hours" },
  { value: "missing", label: "Missing", hint: "Not seen for 30 days" },
];

export const PLATFORM = [
  { value: ANY, label: "Any platform" },
  ...Object.entries(PLATFORM_NAMES).map(([value, label]) => ({ value, label })),
];

export const VERDICT_OPTIONS = [
  { value: ANY, label: "Any verdict" },
  ...Object.entries(VERDICTS).map(([value, { label, meaning }]) => ({
    value,
    label: `Verdict: ${label.toLowerCase()}`,
    hint: meaning,
  })),
];

interface FilterSelectProps {
  label: string;
  options: readonly SelectOption[];
  value: string | null | undefined;
  disabled?: boolean;
  onChange: (value: string | null) => void;
}

export function FilterSelect({ label, options, value, disabled, onChange }: FilterSelectProps) {
  // A value of a link that the list does not offer (ubuntu) must still be seen.
  const known = options.some((option) => option.value === (value ?? ANY));
  const all = known || !value ? options : [...options, { value, label: value }];
  return (
    <Select
      aria-label={label}
      options={all}
      disabled={disabled}
      value={value ?? ANY}
      onValueChange={(next) => onChange(next === ANY ? null : next)}
      className="min-w-32 flex-1 sm:w-auto sm:flex-none"
    />
  );
}

/** Search and filters; the team is chosen in the sidebar. */
export function HostFilters({ filters, change }: Pick<HostListState, "filters" | "change">) {
  return (
    <>
      <SearchInput
        value={filters.query ?? ""}
        onValueChange={(query) => change({ query: query || null })}
        placeholder="Search name, serial, UUID or IP"
      />
      <FilterSelect
        label="Status"
        options={STATUS}
        value={filters.status}
        onChange={(status) => change({ status: status as Filters["status"] })}
      />
      <FilterSelect
        label="Platform"
        options={PLATFORM}
        value={filters.platform}
        onChange={(platform) => change({ platform })}
      />
      <FilterSelect
        label="Verdict"
        options={VERDICT_OPTIONS}
        value={filters.verdict}
        onChange={(verdict) => change({ verdict: verdict as Filters["verdict"] })}
      />
      <LabelPicker value={filters.label_id} onValueChange={(label_id) => change({ label_id })} />
      <PolicyPicker teamId={filters.team_id ?? null} change={change} value={filters.policy_id} />
    </>
  );
}

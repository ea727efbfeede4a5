"use client";

import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { VerdictThen } from "#components/history/verdict-then.tsx";
import { FilterSelect, VERDICT_OPTIONS } from "#components/hosts/host-filters.tsx";
import { platformName } from "#components/hosts/platform-name.ts";
import { LabelPicker } from "#components/labels/label-picker.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { RowLink } from "#components/ui/row-link.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Select } from "#components/ui/select.tsx";
import { STATES } from "#components/ui/state.ts";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatDateTime, formatNumber } from "#lib/format.ts";
import type { HostThenJson } from "#lib/history/as-of-schema.ts";
import { hostsThenOptions, policyThenOptions } from "#lib/history/client.ts";
import { HISTORY_STATES, VERDICTS_THEN } from "#lib/history/states.ts";
import { ThenFrame } from "./then-frame.tsx";
import { ThenList } from "./then-list.tsx";
import { asOfSearch } from "./use-as-of.ts";

const column = columnsOf<HostThenJson>();
const PARSERS = {
  query: parseAsString.withDefault(""),
  policy_id: parseAsInteger,
  policy_state: parseAsStringLiteral(HISTORY_STATES),
  verdict: parseAsStringLiteral(VERDICTS_THEN),
  label_id: parseAsInteger,
  order_direction: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
  page: parseAsInteger.withDefault(0),
  per_page: parseAsInteger.withDefault(50),
};

/** The hosts as they were, and with a policy how they stood on it. */
export function HostsThen({ asOf }: { asOf: string }) {
  const [team_id] = useTeam();
  const [filter, setFilter] = useQueryStates(PARSERS);
  const list = useQuery(hostsThenOptions(asOf, { ...filter, team_id }));
  const columns = useMemo(() => columnsAt(asOf, filter.policy_id), [asOf, filter.policy_id]);
  return (
    <ThenFrame title="Hosts" asOf={asOf} what="the hosts" result={list}>
      <ThenList
        one="host"
        many="hosts"
        icon={<MonitorSmartphone />}
        filters={
          <>
            <SearchInput
              placeholder="Search name or serial"
              value={filter.query}
              onValueChange={(query) => setFilter({ query: query || null, page: null })}
            />
            <FilterSelect
              label="Verdict then"
              options={VERDICT_OPTIONS}
              value={filter.verdict}
              onChange={(verdict) => setFilter({ verdict: verdictOf(verdict), page: null })}
            />
            <LabelPicker
              value={filter.label_id}
              onValueChange={(label_id) => setFilter({ label_id, page: null })}
            />
            {filter.policy_id !== null && (
              <PolicyFilter
                asOf={asOf}
                policyId={filter.policy_id}
                state={filter.policy_state ?? "all"}
                onChange={(policy_state) => setFilter({ policy_state, page: null })}
              />
            )}
          </>
        }
        filter={filter}
        onFilterChange={setFilter}
        columns={columns}
        rows={list.data?.hosts}
        busy={list.isPlaceholderData}
        sort={{ key: "display_name", direction: filter.order_direction }}
        onSortChange={(sort) => setFilter({ order_direction: sort?.direction ?? null })}
        total={list.data?.count}
      />
    </ThenFrame>
  );
}

const verdictOf = (text: string | null) => VERDICTS_THEN.find((one) => one === text) ?? null;

interface PolicyFilterProps {
  asOf: string;
  policyId: number;
  state: string;
  onChange: (state: (typeof HISTORY_STATES)[number] | null) => void;
}

function PolicyFilter({ asOf, policyId, state, onChange }: PolicyFilterProps) {
  const policy = useQuery(policyThenOptions(asOf, policyId, null)).data?.policy;
  const options = [
    { value: "all", label: "Any state" },
    ...HISTORY_STATES.map((value) => ({ value, label: STATES[value].label })),
  ];
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-2 text-sm">
      <span className="min-w-0 break-words text-muted">
        {policy?.name ?? `Policy ${policyId}`}:
      </span>
      <Select
        aria-label="State then"
        className="w-40"
        value={state}
        options={options}
        onValueChange={(value) => onChange(HISTORY_STATES.find((one) => one === value) ?? null)}
      />
    </span>
  );
}

function columnsAt(asOf: string, policyId: number | null) {
  const name = column.accessor("display_name", {
    header: "Host",
    cell: ({ row }) => (
      <RowLink href={`/hosts/${row.original.id}?${asOfSearch(asOf)}`} className="break-words">
        {row.original.display_name || row.original.hostname || `Host ${row.original.id}`}
      </RowLink>
    ),
  });
  const state = column.accessor("policy_state", {
    header: "State",
    enableSorting: false,
    cell: ({ getValue }) => <StateBadge state={getValue() ?? "not_applicable"} />,
  });
  const since = column.accessor("policy_since", {
    header: "Since",
    enableSorting: false,
    cell: ({ getValue }) => (
      <span className="whitespace-nowrap text-muted">{formatDateTime(getValue()) || "–"}</span>
    ),
    meta: { hideBelow: "md" },
  });
  return [name, ...(policyId === null ? [] : [state, since]), ...REST];
}

const REST = [
  column.accessor("verdict", {
    header: "Verdict",
    enableSorting: false,
    cell: ({ getValue }) => <VerdictThen verdict={getValue()} />,
    meta: { hideBelow: "sm" },
  }),
  column.accessor("team_name", {
    header: "Team",
    enableSorting: false,
    cell: ({ row: { original: host } }) =>
      host.team_name ?? (host.team_id === null ? "No team" : `Team ${host.team_id}`),
    meta: { hideBelow: "md" },
  }),
  column.accessor("platform", {
    header: "System",
    enableSorting: false,
    cell: ({ row: { original: host } }) => host.os_version || platformName(host.platform),
    meta: { hideBelow: "lg" },
  }),
  column.accessor("failing_policies_count", {
    header: "Failing policies",
    enableSorting: false,
    cell: ({ getValue }) => formatNumber(getValue()),
    meta: { align: "right", hideBelow: "sm" },
  }),
];

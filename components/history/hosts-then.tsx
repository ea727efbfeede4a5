"use client";

import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useMemo } from "react";
import { platformName } from "#components/hosts/platform-name.ts";
import { PolicyStates } from "#components/hosts/policy-pill.tsx";
import { countsOf } from "#components/policies/policy-counts.ts";
import { RowLink } from "#components/ui/row-link.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatDateTime, formatNumber } from "#lib/format.ts";
import type { HostThenJson } from "#lib/history/as-of-schema.ts";
import { hostsThenOptions } from "#lib/history/client.ts";
import { HostFiltersThen } from "./host-filters-then.tsx";
import { LeftOutNote } from "./left-out-note.tsx";
import { ThenFrame } from "./then-frame.tsx";
import { ThenList } from "./then-list.tsx";
import { asOfSearch } from "./use-as-of.ts";
import { useFiltersThen } from "./use-filters-then.ts";
import { VerdictThen } from "./verdict-then.tsx";

const column = columnsOf<HostThenJson>();

/** The hosts as they were, and with a policy how they stood on it; by the filters of the list of now. */
export function HostsThen({ asOf }: { asOf: string }) {
  const state = useFiltersThen(asOf);
  const { filters, paging, change, answered, policyId, policy } = state;
  // Whatever the list of now is sorted by, that of then is by name.
  const direction = paging.order_key === "display_name" ? paging.order_direction : "asc";
  const page = { page: paging.page, per_page: paging.per_page, order_direction: direction };
  const list = useQuery({
    ...hostsThenOptions(asOf, { ...answered, ...page }),
    enabled: state.isReady,
  });
  const columns = useMemo(() => columnsAt(asOf, policyId), [asOf, policyId]);
  return (
    <ThenFrame title="Hosts" asOf={asOf} what="the hosts" result={list}>
      <ThenList
        one="host"
        many="hosts"
        icon={<MonitorSmartphone />}
        filters={
          <HostFiltersThen
            asOf={asOf}
            isFull={state.isFull}
            policyName={policy?.name}
            filters={filters}
            change={change}
          />
        }
        notes={
          <>
            <LeftOutNote filters={state.unknown} onRemove={state.removeUnknown} />
            {policyId !== null && (
              <PolicyStates
                name={policy?.name ?? `Policy ${policyId}`}
                href={`/policies/${policyId}?${asOfSearch(asOf)}`}
                counts={policy && countsOf(policy)}
                state={filters.policy_state ?? "fail"}
                change={change}
              />
            )}
          </>
        }
        filter={paging}
        onFilterChange={change}
        columns={columns}
        rows={list.data?.hosts}
        busy={list.isPlaceholderData}
        sort={{ key: "display_name", direction }}
        onSortChange={(sort) =>
          change({ order_key: null, order_direction: sort?.direction ?? null })
        }
        total={list.data?.count}
      />
    </ThenFrame>
  );
}

function columnsAt(asOf: string, policyId: number | null) {
  const name = column.accessor("display_name", {
    header: "Host",
    cell: ({ row }) => (
      <RowLink href={`/hosts/${row.original.id}?${asOfSearch(asOf)}`}>
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
  if (policyId === null) return [name, verdict(), ...REST];
  return [name, state, since, verdict("sm"), ...REST];
}

/** On a telephone there is room for one beside the name. */
const verdict = (hideBelow?: "sm") =>
  column.accessor("verdict", {
    header: "Verdict",
    enableSorting: false,
    cell: ({ getValue }) => <VerdictThen verdict={getValue()} />,
    meta: { hideBelow },
  });

const REST = [
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

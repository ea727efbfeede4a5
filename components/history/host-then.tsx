"use client";

import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useMemo } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { StateCounts } from "#components/ui/state-bar.tsx";
import { StateLegend } from "#components/ui/state-legend.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatDateTime } from "#lib/format.ts";
import type { HostPolicyThenJson } from "#lib/history/as-of-schema.ts";
import { hostThenOptions } from "#lib/history/client.ts";
import { HostLabelsThen } from "./host-labels-then.tsx";
import { ThenFrame } from "./then-frame.tsx";
import { asOfSearch } from "./use-as-of.ts";
import { VerdictThen } from "./verdict-then.tsx";

const column = columnsOf<HostPolicyThenJson>();

/** A host as it was, and how it stood on every policy that asked it. */
export function HostThen({ id, asOf }: { id: number; asOf: string }) {
  const result = useQuery(hostThenOptions(asOf, id));
  const host = result.data?.host;
  const columns = useMemo(() => columnsAt(asOf), [asOf]);
  return (
    <ThenFrame
      title={host?.display_name || host?.hostname || "Host"}
      description={host?.os_version}
      badges={
        host && (
          <>
            <Badge>{host.team_name ?? (host.team_id ? "A former team" : "No team")}</Badge>
            <VerdictThen verdict={host.verdict} since={host.verdict_since} />
          </>
        )
      }
      breadcrumbs={[{ label: "Hosts", href: `/hosts?${asOfSearch(asOf)}` }]}
      asOf={asOf}
      what="this host"
      result={result}
      busy={result.isPlaceholderData}
    >
      <Card
        flush
        title="Policies then"
        actions={host && <StateLegend counts={countsOf(host.policies)} className="justify-end" />}
      >
        <DataTable
          label="Policies of this host then"
          columns={columns}
          rows={host?.policies}
          rowId={(policy) => String(policy.id)}
          empty={
            <EmptyState
              icon={<ShieldCheck />}
              title="No policy asked this host"
              description="At that moment none applied to its platform and team."
            />
          }
        />
      </Card>
      {host && <HostLabelsThen host={host} asOf={asOf} />}
    </ThenFrame>
  );
}

function countsOf(policies: readonly HostPolicyThenJson[]): StateCounts {
  const counts: StateCounts = {};
  for (const { state } of policies) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

const columnsAt = (asOf: string) => [
  column.accessor("state", {
    header: "State",
    enableSorting: false,
    cell: ({ getValue }) => <StateBadge state={getValue()} />,
    meta: { className: "w-28" },
  }),
  column.accessor("name", {
    header: "Policy",
    sortFn: "text",
    cell: ({ row: { original: policy } }) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <RowLink href={`/policies/${policy.id}?${asOfSearch(asOf)}`}>{policy.name}</RowLink>
        {policy.critical && <Badge tone="accent">Critical</Badge>}
        {policy.error && (
          <span className="line-clamp-1 basis-full font-mono text-error text-xs">
            {policy.error}
          </span>
        )}
      </span>
    ),
  }),
  column.accessor("since", {
    header: "Since",
    sortFn: "text",
    cell: ({ getValue }) => (
      <span className="whitespace-nowrap text-muted">{formatDateTime(getValue()) || "–"}</span>
    ),
    meta: { hideBelow: "sm" },
  }),
];

"use client";

import { ShieldCheck } from "lucide-react";
import { useState } from "react";
import { PolicyFlapping } from "#components/history/flapping-badge.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { STATE_ORDER, type State } from "#components/ui/state.ts";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { StateCounts } from "#components/ui/state-bar.tsx";
import { StateLegend } from "#components/ui/state-legend.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import type { HostDetailJson, HostPolicyJson } from "#lib/hosts/json.ts";
import { HostPolicySheet } from "./host-policy-sheet.tsx";

const column = columnsOf<HostPolicyJson>();

const columns = (hostId: number, onOpen: (id: number) => void) => [
  column.accessor("state", {
    header: "State",
    cell: ({ getValue }) => <StateBadge state={getValue()} />,
    sortFn: (a, b) => rank(a.original.state) - rank(b.original.state),
    meta: { className: "w-28" },
  }),
  column.accessor("name", {
    header: "Policy",
    sortFn: "text",
    cell: ({ row }) => <PolicyName hostId={hostId} policy={row.original} onOpen={onOpen} />,
  }),
  column.accessor("since", {
    header: "Since",
    cell: ({ getValue }) => (
      <RelativeTime value={getValue()} empty="–" className="whitespace-nowrap text-muted" />
    ),
    sortFn: "text",
    meta: { hideBelow: "md" },
  }),
  column.accessor("as_of", {
    header: "As of",
    cell: ({ getValue }) => (
      <RelativeTime
        value={getValue()}
        empty="no answer yet"
        className="whitespace-nowrap text-muted"
      />
    ),
    sortFn: "text",
    meta: { hideBelow: "sm" },
  }),
];

const rank = (state: State) => STATE_ORDER.indexOf(state);

interface PolicyNameProps {
  hostId: number;
  policy: HostPolicyJson;
  onOpen: (id: number) => void;
}

function PolicyName({ hostId, policy, onOpen }: PolicyNameProps) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => onOpen(policy.id)}
        className="wrap-anywhere min-w-32 text-left font-medium text-ink underline-offset-3 outline-none after:absolute after:inset-0 hover:underline focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
      >
        {policy.name}
      </button>
      {policy.critical && <Badge tone="accent">Critical</Badge>}
      {policy.paused_at && <Badge tone="stale">Paused</Badge>}
      {policy.exempt && policy.state !== "exempt" && <Badge tone="accent">Exempt</Badge>}
      <PolicyFlapping hostId={hostId} policyId={policy.id} />
      {policy.error && (
        <span title={policy.error} className="line-clamp-1 basis-full font-mono text-error text-xs">
          {policy.error}
        </span>
      )}
    </span>
  );
}

function countsOf(policies: readonly HostPolicyJson[]): StateCounts {
  const counts: StateCounts = {};
  for (const { state } of policies) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Every policy that asks this host, worst first; a row opens its resolution. */
export function HostPolicies({ host }: { host: HostDetailJson }) {
  const [openId, setOpenId] = useState<number | null>(null);
  const [shown] = useState(() => columns(host.id, setOpenId));
  return (
    <Card
      flush
      title="Policies"
      actions={<StateLegend counts={countsOf(host.policies)} className="justify-end" />}
    >
      <DataTable
        label="Policies of this host"
        columns={shown}
        rows={host.policies}
        rowId={(policy) => String(policy.id)}
        empty={
          <EmptyState
            icon={<ShieldCheck />}
            title="No policy asks this host"
            description="Policies for its platform and team show up here with their answers."
          />
        }
      />
      <HostPolicySheet
        host={{ id: host.id, name: host.display_name }}
        policy={host.policies.find(({ id }) => id === openId)}
        open={openId !== null}
        onOpenChange={(open) => !open && setOpenId(null)}
      />
    </Card>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { ShieldMinus } from "lucide-react";
import { EXEMPTION_COLUMNS } from "#components/exemptions/exemption-columns.tsx";
import { ExemptionFilters, useExemptionFilter } from "#components/exemptions/exemption-filters.tsx";
import { EXEMPTIONS_PER_PAGE } from "#components/exemptions/exemption-table.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import type { ExemptionJson } from "#lib/exemptions/schema.ts";
import { formatDateTime } from "#lib/format.ts";
import { exemptionsThenOptions } from "#lib/history/client.ts";
import { ThenFrame } from "./then-frame.tsx";

const column = columnsOf<ExemptionJson>();
/** Those of now tell how long it is until they end, and end them. */
const COLUMNS = [
  ...EXEMPTION_COLUMNS.slice(0, -2),
  column.accessor("expires_at", {
    header: "Ends",
    meta: { className: "w-44 max-sm:w-28" },
    cell: ({ row: { original: one } }) =>
      one.ended_at
        ? `ended ${formatDateTime(one.ended_at)}${one.ended_by ? ` by ${one.ended_by}` : ""}`
        : formatDateTime(one.expires_at),
  }),
];

/** Who was let off which policy then. */
export function ExemptionsThen({ asOf }: { asOf: string }) {
  const [filter, setFilter] = useExemptionFilter();
  const list = useQuery(exemptionsThenOptions(asOf, { ...filter, per_page: EXEMPTIONS_PER_PAGE }));
  return (
    <ThenFrame
      title="Exemptions"
      description="From policies that are still there. Reasons and ends read as they were changed last."
      asOf={asOf}
      what="the exemptions"
      result={list}
    >
      <ExemptionFilters />
      <Card flush>
        <DataTable
          label="Exemptions then"
          columns={COLUMNS}
          rows={list.data?.exemptions}
          rowId={(exemption) => String(exemption.id)}
          busy={list.isPlaceholderData}
          empty={
            <EmptyState
              icon={<ShieldMinus />}
              title="No exemption then"
              description="At that moment there was none that matches."
            />
          }
        />
      </Card>
      <Pager
        label="exemptions"
        page={filter.page}
        hasNext={list.data?.meta.has_next_results ?? false}
        onPageChange={(page) => setFilter({ page: page || null })}
      />
    </ThenFrame>
  );
}

"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { type ExemptionFilter, exemptionListOptions } from "#lib/exemptions/client.ts";
import { EXEMPTION_COLUMNS } from "./exemption-columns.tsx";

export const EXEMPTIONS_PER_PAGE = 50;

interface ExemptionTableProps {
  filter: ExemptionFilter;
  onPageChange: (page: number) => void;
  hiddenColumns?: readonly string[];
  empty: ReactNode;
}

export function ExemptionTable({
  filter,
  onPageChange,
  hiddenColumns,
  empty,
}: ExemptionTableProps) {
  const list = useQuery({
    ...exemptionListOptions({ ...filter, per_page: EXEMPTIONS_PER_PAGE }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <Card flush>
        {list.isError && !list.data ? (
          <ErrorState
            title="The exemptions could not be loaded"
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        ) : (
          <DataTable
            label="Exemptions"
            columns={EXEMPTION_COLUMNS}
            rows={list.data?.exemptions}
            rowId={(exemption) => String(exemption.id)}
            busy={list.isPlaceholderData}
            hiddenColumns={hiddenColumns}
            empty={empty}
          />
        )}
      </Card>
      <Pager
        label="exemptions"
        page={filter.page ?? 0}
        hasNext={list.data?.meta.has_next_results ?? false}
        onPageChange={onPageChange}
      />
    </>
  );
}

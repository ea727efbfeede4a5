"use client";

import type { ReactNode } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable, type DataTableProps } from "#components/ui/data-table.tsx";
import { Pagination } from "#components/ui/pagination.tsx";

interface ThenListProps<Row extends { id: number }>
  extends Pick<DataTableProps<Row>, "columns" | "rows" | "busy" | "sort" | "onSortChange"> {
  /** One of them, and what many are called: "policy", "policies". */
  one: string;
  many: string;
  icon: ReactNode;
  filters: ReactNode;
  /** Between the filters and the list. */
  notes?: ReactNode;
  /** At the right end of the filters. */
  end?: ReactNode;
  filter: { page: number; per_page: number };
  onFilterChange: (change: { page: number | null; per_page?: number }) => unknown;
  total: number | undefined;
}

/** A list of the past, a page of it, under its filters. */
export function ThenList<Row extends { id: number }>(props: ThenListProps<Row>) {
  const { one, many, icon, filters, end, notes, filter, onFilterChange, total, ...table } = props;
  return (
    <div className="flex flex-col gap-3">
      <Toolbar end={end}>{filters}</Toolbar>
      {notes}
      <Card flush>
        <DataTable
          {...table}
          label={`${many[0]?.toUpperCase()}${many.slice(1)} then`}
          rowId={({ id }) => String(id)}
          empty={
            <EmptyState
              icon={icon}
              title={`No ${one} then`}
              description="At that moment there was none that matches."
            />
          }
        />
      </Card>
      <Pagination
        one={one}
        many={many}
        page={filter.page}
        perPage={filter.per_page}
        total={total}
        onPageChange={(page) => onFilterChange({ page })}
        onPerPageChange={(per_page) => onFilterChange({ per_page, page: null })}
      />
    </div>
  );
}

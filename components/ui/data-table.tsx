"use client";

import { type RowData, useTable } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { DataTableBody, DataTablePlaceholder } from "./data-table-body.tsx";
import { DataTableHead } from "./data-table-head.tsx";
import { selectionColumn } from "./data-table-selection.tsx";
import { Table, TableScroll } from "./table.tsx";
import { type DataColumn, features } from "./table-features.ts";
import { fromSorting, type Sort, toSorting } from "./table-sort.ts";

export interface DataTableProps<Row extends RowData> {
  /** What the rows are ("Hosts"): the table's accessible name. */
  label: string;
  /** Stable: at module scope or memoised. */
  columns: DataColumn<Row>[];
  /** Undefined while the first page loads, which shows placeholders. Must be stable too. */
  rows: Row[] | undefined;
  rowId: (row: Row) => string;
  /** With `onSortChange` the rows come sorted by the server; without, the table sorts them. */
  sort?: Sort | null;
  onSortChange?: (sort: Sort | null) => void;
  /** Ids of chosen rows, kept across pages; with `onSelectedChange` rows get checkboxes. */
  selected?: readonly string[];
  onSelectedChange?: (ids: string[]) => void;
  canSelect?: (row: Row) => boolean;
  /** What a row's checkbox is called: the row's name. */
  rowName?: (row: Row) => string;
  /** Columns that are not shown, by id. */
  hiddenColumns?: readonly string[];
  /** Old rows are shown while new ones load. */
  busy?: boolean;
  /** Shown for no rows: an `EmptyState`. */
  empty?: ReactNode;
  placeholderRows?: number;
  className?: string;
}

const NO_ROWS: never[] = [];
const PLACEHOLDER_ROWS = 8;

export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, rows, sort, onSortChange, selected, onSelectedChange, busy } = props;
  const selectable = Boolean(onSelectedChange);
  const table = useTable({
    features,
    columns: props.columns,
    data: rows ?? NO_ROWS,
    getRowId: props.rowId,
    manualSorting: Boolean(onSortChange),
    enableMultiSort: false,
    enableSortingRemoval: false,
    enableRowSelection: selectable && ((row) => props.canSelect?.(row.original) ?? true),
    state: {
      columnVisibility: Object.fromEntries((props.hiddenColumns ?? []).map((id) => [id, false])),
      rowSelection: Object.fromEntries((selected ?? []).map((id) => [id, true])),
      ...(onSortChange && { sorting: toSorting(sort) }),
    },
    initialState: { sorting: toSorting(sort) },
    ...(onSortChange && {
      onSortingChange: (change) =>
        onSortChange(fromSorting(change instanceof Function ? change(toSorting(sort)) : change)),
    }),
    onRowSelectionChange: (change) => {
      const before = Object.fromEntries((selected ?? []).map((id) => [id, true as const]));
      const after = change instanceof Function ? change(before) : change;
      onSelectedChange?.(Object.keys(after).filter((id) => after[id]));
    },
  });

  if (rows?.length === 0 && props.empty) return props.empty;
  return (
    <TableScroll label={label} aria-busy={busy || !rows} className={props.className}>
      <Table className={cn("transition-opacity", busy && rows && "opacity-60")}>
        <DataTableHead table={table} selectable={selectable} />
        {rows ? (
          <DataTableBody
            table={table}
            selection={selectable ? selectionColumn(props.rowName) : null}
          />
        ) : (
          <DataTablePlaceholder
            columns={table.getVisibleLeafColumns()}
            selectable={selectable}
            rows={props.placeholderRows ?? PLACEHOLDER_ROWS}
          />
        )}
      </Table>
    </TableScroll>
  );
}

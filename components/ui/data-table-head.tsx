import type { Header, ReactTable, RowData } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { Checkbox } from "./checkbox.tsx";
import { cn } from "./cn.ts";
import { Th } from "./table.tsx";
import { columnClass, columnLabel, type Features } from "./table-features.ts";

interface DataTableHeadProps<Row extends RowData> {
  table: ReactTable<Features, Row>;
  selectable: boolean;
}

export function DataTableHead<Row extends RowData>({ table, selectable }: DataTableHeadProps<Row>) {
  const [group] = table.getHeaderGroups();
  return (
    <thead>
      <tr>
        {selectable && <SelectAll table={table} />}
        {group?.headers.map((header) => (
          <HeaderCell key={header.id} header={header} table={table} />
        ))}
      </tr>
    </thead>
  );
}

function SelectAll<Row extends RowData>({ table }: { table: ReactTable<Features, Row> }) {
  const some = table.getIsSomePageRowsSelected();
  return (
    <Th className="w-10 pr-1">
      <Checkbox
        aria-label="Select all rows of this page"
        checked={table.getIsAllPageRowsSelected() || (some && "indeterminate")}
        onCheckedChange={(checked) => table.toggleAllPageRowsSelected(checked === true)}
      />
    </Th>
  );
}

interface HeaderCellProps<Row extends RowData> {
  header: Header<Features, Row>;
  table: ReactTable<Features, Row>;
}

function HeaderCell<Row extends RowData>({ header, table }: HeaderCellProps<Row>) {
  const { column } = header;
  const look = column.columnDef.meta;
  const sorted = column.getIsSorted();
  const content = <table.FlexRender header={header} />;
  return (
    <Th className={columnClass(look)} aria-sort={ariaSort(column.getCanSort(), sorted)}>
      {column.getCanSort() ? (
        <button
          type="button"
          onClick={column.getToggleSortingHandler()}
          title={`Sort by ${columnLabel(column).toLowerCase()}`}
          className={cn(
            "-mx-1.5 inline-flex h-7 items-center gap-1 rounded-sm px-1.5 hover:bg-hover hover:text-ink",
            sorted && "text-ink",
            look?.align === "right" && "flex-row-reverse",
          )}
        >
          {content}
          <SortIcon sorted={sorted} />
        </button>
      ) : (
        content
      )}
    </Th>
  );
}

function ariaSort(canSort: boolean, sorted: false | "asc" | "desc") {
  if (!canSort) return undefined;
  if (!sorted) return "none";
  return sorted === "asc" ? "ascending" : "descending";
}

function SortIcon({ sorted }: { sorted: false | "asc" | "desc" }) {
  if (!sorted) return <ChevronsUpDown aria-hidden className="size-3 text-faint opacity-60" />;
  const Icon = sorted === "asc" ? ArrowUp : ArrowDown;
  return <Icon aria-hidden className="size-3 text-accent-text" />;
}

import type { Column, ReactTable, RowData } from "@tanstack/react-table";
import type { SelectionCell } from "./data-table-selection.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Td, Tr } from "./table.tsx";
import { columnClass, type Features } from "./table-features.ts";

interface DataTableBodyProps<Row extends RowData> {
  table: ReactTable<Features, Row>;
  selection: SelectionCell<Row> | null;
}

export function DataTableBody<Row extends RowData>({ table, selection }: DataTableBodyProps<Row>) {
  return (
    <tbody>
      {table.getRowModel().rows.map((row) => (
        <Tr key={row.id} data-selected={row.getIsSelected()}>
          {selection && <Td className="w-10 pr-1">{selection(row)}</Td>}
          {row.getVisibleCells().map((cell) => (
            <Td key={cell.id} className={columnClass(cell.column.columnDef.meta)}>
              <table.FlexRender cell={cell} />
            </Td>
          ))}
        </Tr>
      ))}
    </tbody>
  );
}

interface PlaceholderProps<Row extends RowData> {
  columns: Column<Features, Row>[];
  selectable: boolean;
  rows: number;
}

export function DataTablePlaceholder<Row extends RowData>(props: PlaceholderProps<Row>) {
  const ids = Array.from({ length: props.rows }, (_, index) => `placeholder-${index}`);
  return (
    <tbody>
      {ids.map((id, index) => (
        <Tr key={id} style={{ opacity: 1 - index / (props.rows + 1) }}>
          {props.selectable && <Td className="w-10" />}
          {props.columns.map((column, place) => (
            <Td key={column.id} className={columnClass(column.columnDef.meta)}>
              <Skeleton className={place === 0 ? "w-40 max-w-full" : "w-20 max-w-full"} />
            </Td>
          ))}
        </Tr>
      ))}
    </tbody>
  );
}

import {
  type Column,
  type ColumnDef,
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  metaHelper,
  type RowData,
  rowSelectionFeature,
  rowSortingFeature,
  sortFn_alphanumeric,
  sortFn_datetime,
  sortFn_text,
  tableFeatures,
} from "@tanstack/react-table";

export interface ColumnLook {
  /** The column's name where its header is not a plain text, and in the columns menu. */
  label?: string;
  align?: "right";
  /** Narrower than this, the column gives its place to more important ones. */
  hideBelow?: "sm" | "md" | "lg" | "xl";
  /** Classes of header and cells, usually a width. */
  className?: string;
}

/** Table v9 takes only the features it is given; these are all that our tables use. */
export const features = tableFeatures({
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric, datetime: sortFn_datetime, text: sortFn_text },
  columnMeta: metaHelper<ColumnLook>(),
});

export type Features = typeof features;
// Columns of one table hold values of different types; only their own cells ever read them.
// biome-ignore lint/suspicious/noExplicitAny: the library's own type of such a list.
export type DataColumn<Row extends RowData> = ColumnDef<Features, Row, any>;

/**
 * Makes columns: `columnsOf<HostRow>()` gives `accessor` and `display`. For a table sorted by the
 * server, a column's id is its `order_key`; the rest take `enableSorting: false`.
 */
export function columnsOf<Row extends RowData>() {
  return createColumnHelper<Features, Row>();
}

const HIDE_BELOW = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
} as const;

export function columnClass(look: ColumnLook | undefined): string | undefined {
  if (!look) return undefined;
  const align = look.align === "right" ? "text-right tabular-nums" : "";
  const hide = look.hideBelow ? HIDE_BELOW[look.hideBelow] : "";
  return `${align} ${hide} ${look.className ?? ""}`;
}

export function columnLabel<Row extends RowData>(column: Column<Features, Row>): string {
  const { header, meta } = column.columnDef;
  return meta?.label ?? (typeof header === "string" ? header : column.id);
}

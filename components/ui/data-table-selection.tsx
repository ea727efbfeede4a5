import type { Row, RowData } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Checkbox } from "./checkbox.tsx";
import type { Features } from "./table-features.ts";

export type SelectionCell<R extends RowData> = (row: Row<Features, R>) => ReactNode;

/** The checkbox of a row. Rows that cannot be chosen show none, rather than a dead one. */
export function selectionColumn<R extends RowData>(
  rowName: (row: R) => string = () => "row",
): SelectionCell<R> {
  return (row) =>
    row.getCanSelect() ? (
      <Checkbox
        aria-label={`Select ${rowName(row.original)}`}
        checked={row.getIsSelected()}
        onCheckedChange={(checked) => row.toggleSelected(checked === true)}
        className="z-10"
      />
    ) : null;
}

import type { SortingState } from "@tanstack/react-table";

/** As the API takes it: `order_key` and `order_direction`. */
export interface Sort {
  key: string;
  direction: "asc" | "desc";
}

export function toSorting(sort: Sort | null | undefined): SortingState {
  return sort ? [{ id: sort.key, desc: sort.direction === "desc" }] : [];
}

export function fromSorting(sorting: SortingState): Sort | null {
  const [first] = sorting;
  return first ? { key: first.id, direction: first.desc ? "desc" : "asc" } : null;
}

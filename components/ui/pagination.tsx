"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { formatNumber, plural } from "#lib/format.ts";
import { IconButton } from "./icon-button.tsx";
import { Select } from "./select.tsx";

interface PaginationProps {
  /** Zero-based, as the API counts. */
  page: number;
  perPage: number;
  /** Undefined while the count loads. */
  total: number | undefined;
  onPageChange: (page: number) => void;
  onPerPageChange?: (perPage: number) => void;
  /** "host", "hosts" */
  one: string;
  many: string;
}

const PER_PAGE = [20, 50, 100].map((size) => ({ value: String(size), label: `${size} per page` }));

export function Pagination(props: PaginationProps) {
  const { page, perPage, total, onPageChange, onPerPageChange, many } = props;
  const pages = Math.max(1, Math.ceil((total ?? 0) / perPage));
  const last = total !== undefined && page >= pages - 1;
  return (
    <nav
      aria-label={`Pages of ${many}`}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 text-muted text-xs"
    >
      <p aria-live="polite" className="tabular-nums">
        {total === undefined ? "Counting…" : rangeText(props, total)}
      </p>
      {total !== 0 && (
        <div className="flex items-center gap-1.5">
          {onPerPageChange && (
            <Select
              aria-label="Rows per page"
              value={String(perPage)}
              options={PER_PAGE}
              onValueChange={(size) => onPerPageChange(Number(size))}
              className="mr-2 h-7 w-auto border-line-strong text-xs"
            />
          )}
          <IconButton
            label="Previous page"
            size="sm"
            variant="secondary"
            disabled={page === 0}
            onClick={() => onPageChange(page - 1)}
          >
            <ChevronLeft aria-hidden />
          </IconButton>
          <span className="min-w-20 text-center tabular-nums">
            {formatNumber(page + 1)} of {formatNumber(pages)}
          </span>
          <IconButton
            label="Next page"
            size="sm"
            variant="secondary"
            disabled={last}
            onClick={() => onPageChange(page + 1)}
          >
            <ChevronRight aria-hidden />
          </IconButton>
        </div>
      )}
    </nav>
  );
}

function rangeText({ page, perPage, one, many }: PaginationProps, total: number): string {
  if (total === 0) return `No ${many}`;
  const all = plural(total, one, many);
  if (total === 1) return all;
  const first = page * perPage + 1;
  const last = Math.min(total, first + perPage - 1);
  const range =
    first === last ? formatNumber(first) : `${formatNumber(first)}–${formatNumber(last)}`;
  return `${range} of ${all}`;
}

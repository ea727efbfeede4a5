import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

/** The frame of every table. Too wide a table scrolls sideways in here, also by keyboard. */
export function TableScroll({
  label,
  className,
  ...props
}: ComponentProps<"section"> & { label: string }) {
  return (
    <section
      {...props}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable.
      tabIndex={0}
      className={cn(
        "overflow-x-auto overscroll-x-contain focus-visible:-outline-offset-2",
        className,
      )}
    />
  );
}

export function Table({ className, ...props }: ComponentProps<"table">) {
  return (
    <table
      {...props}
      className={cn("w-full border-separate border-spacing-0 text-left text-sm", className)}
    />
  );
}

export function Th({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      {...props}
      className={cn(
        "h-9 whitespace-nowrap border-line border-b bg-sunken/60 px-3 font-medium text-muted text-xs",
        "first:pl-4 last:pr-4",
        className,
      )}
    />
  );
}

/** `relative` lets a `RowLink` in one cell cover the row. */
export function Tr({ className, ...props }: ComponentProps<"tr">) {
  return (
    <tr
      {...props}
      className={cn(
        "group/row relative [&:last-child>td]:border-b-0 hover:[&>td]:bg-hover/70",
        "data-[selected=true]:[&>td]:bg-accent-soft",
        className,
      )}
    />
  );
}

export function Td({ className, ...props }: ComponentProps<"td">) {
  return (
    <td
      {...props}
      className={cn(
        "h-11 border-line border-b px-3 py-1.5 align-middle text-ink transition-colors",
        "first:pl-4 last:pr-4",
        className,
      )}
    />
  );
}

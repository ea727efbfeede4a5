import { cn } from "./cn.ts";

/** The panel of every menu, list and popover. */
export const MENU_CLASS = cn(
  "z-50 min-w-40 max-w-[calc(100vw-1rem)] animate-rise-in overflow-hidden rounded-lg border",
  "border-line bg-raised p-1 text-ink text-sm shadow-lg outline-none",
);

/** One line of a menu; Radix and cmdk mark the current one differently, both are styled. */
export const MENU_ITEM_CLASS = cn(
  "relative flex min-h-8 select-none items-center gap-2 rounded-sm px-2 py-1.5 outline-none",
  "cursor-pointer data-[highlighted]:bg-hover data-[selected=true]:bg-hover pointer-coarse:min-h-11",
  "data-[disabled=true]:pointer-events-none data-[disabled]:not-data-[disabled=false]:opacity-50",
  "[&_svg:not([class*=size-])]:size-4 [&_svg]:shrink-0",
);

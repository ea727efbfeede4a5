"use client";

import { Tabs as Radix } from "radix-ui";
import { type ComponentProps, type ReactNode, useCallback } from "react";
import { cn } from "./cn.ts";

export const Tabs = Radix.Root;
export const TabsContent = Radix.Content;

export function TabsList({ className, ...props }: ComponentProps<typeof Radix.List>) {
  // A link may lead to a tab that a narrow screen has no room for.
  const showActive = useCallback((list: HTMLDivElement | null) => {
    const active = list?.querySelector("[data-state=active]");
    if (!list || !active) return;
    const overhang = active.getBoundingClientRect().right - list.getBoundingClientRect().right;
    if (overhang > 0) list.scrollLeft = overhang;
  }, []);
  return (
    <Radix.List
      {...props}
      ref={showActive}
      className={cn("-mx-1 flex gap-3 overflow-x-auto border-line border-b", className)}
    />
  );
}

interface TabProps extends ComponentProps<typeof Radix.Trigger> {
  /** A number or badge after the label. */
  count?: ReactNode;
}

export function Tab({ count, children, className, ...props }: TabProps) {
  return (
    <Radix.Trigger {...props} className={cn(TAB_CLASS, className)}>
      {children}
      {count !== undefined && <span className="text-faint text-xs tabular-nums">{count}</span>}
    </Radix.Trigger>
  );
}

const TAB_CLASS = cn(
  "-mb-px inline-flex h-9 shrink-0 items-center gap-1.5 border-transparent px-1 border-b-2 font-medium text-muted text-sm",
  "transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink",
  "focus-visible:-outline-offset-2 pointer-coarse:h-11",
);

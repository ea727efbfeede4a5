"use client";

import { Command as Cmdk } from "cmdk";
import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { MENU_ITEM_CLASS } from "./menu-class.ts";

export const Command = Cmdk;

export function CommandInput(props: ComponentProps<typeof Cmdk.Input>) {
  return (
    <div className="flex items-center gap-2 border-line border-b px-3">
      <Search aria-hidden className="size-4 shrink-0 text-muted" />
      <Cmdk.Input
        {...props}
        className="h-9 w-full bg-transparent text-ink text-sm outline-none placeholder:text-faint pointer-coarse:h-11"
      />
    </div>
  );
}

export function CommandList(props: ComponentProps<typeof Cmdk.List>) {
  return <Cmdk.List {...props} className="max-h-72 overflow-y-auto overscroll-contain p-1" />;
}

export function CommandEmpty(props: ComponentProps<typeof Cmdk.Empty>) {
  return <Cmdk.Empty {...props} className="px-3 py-6 text-center text-muted text-sm" />;
}

export function CommandGroup(props: ComponentProps<typeof Cmdk.Group>) {
  return (
    <Cmdk.Group
      {...props}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-faint [&_[cmdk-group-heading]]:text-xs"
    />
  );
}

export function CommandItem({ className, ...props }: ComponentProps<typeof Cmdk.Item>) {
  return <Cmdk.Item {...props} className={cn(MENU_ITEM_CLASS, className)} />;
}

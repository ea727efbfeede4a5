"use client";

import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { MENU_CLASS, MENU_ITEM_CLASS } from "./menu-class.ts";

/** Not modal: that would hide the page from screen readers with the focus still able to reach it. */
export function DropdownMenu(props: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root modal={false} {...props} />;
}

export const DropdownMenuTrigger = Radix.Trigger;
export const DropdownMenuRadioGroup = Radix.RadioGroup;

export function DropdownMenuContent({ className, ...props }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        align="end"
        sideOffset={4}
        collisionPadding={8}
        {...props}
        className={cn(
          MENU_CLASS,
          "max-h-(--radix-dropdown-menu-content-available-height) overflow-y-auto",
          className,
        )}
      />
    </Radix.Portal>
  );
}

interface ItemProps extends ComponentProps<typeof Radix.Item> {
  danger?: boolean;
}

export function DropdownMenuItem({ danger, className, ...props }: ItemProps) {
  return (
    <Radix.Item
      {...props}
      className={cn(
        MENU_ITEM_CLASS,
        danger ? "text-fail data-[highlighted]:bg-fail-soft" : "[&>svg]:text-muted",
        className,
      )}
    />
  );
}

/** Stays open when toggled, so that several can be set in one visit. */
export function DropdownMenuCheckboxItem(props: ComponentProps<typeof Radix.CheckboxItem>) {
  const { children, className, ...rest } = props;
  return (
    <Radix.CheckboxItem
      onSelect={(event) => event.preventDefault()}
      {...rest}
      className={cn(MENU_ITEM_CLASS, "pr-8", className)}
    >
      {children}
      <Radix.ItemIndicator className="absolute right-2">
        <Check aria-hidden className="size-4 text-accent-text" />
      </Radix.ItemIndicator>
    </Radix.CheckboxItem>
  );
}

export function DropdownMenuRadioItem(props: ComponentProps<typeof Radix.RadioItem>) {
  const { children, className, ...rest } = props;
  return (
    <Radix.RadioItem {...rest} className={cn(MENU_ITEM_CLASS, "pr-8", className)}>
      {children}
      <Radix.ItemIndicator className="absolute right-2">
        <Check aria-hidden className="size-4 text-accent-text" />
      </Radix.ItemIndicator>
    </Radix.RadioItem>
  );
}

export function DropdownMenuLabel({ className, ...props }: ComponentProps<typeof Radix.Label>) {
  return (
    <Radix.Label
      {...props}
      className={cn("px-2 py-1.5 font-medium text-faint text-xs", className)}
    />
  );
}

export function DropdownMenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}

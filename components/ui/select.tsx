"use client";

import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";
import { useFieldProps } from "./field-context.ts";
import { CONTROL_CLASS } from "./input.tsx";
import { MENU_CLASS, MENU_ITEM_CLASS } from "./menu-class.ts";

export interface SelectOption {
  value: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
  disabled?: boolean;
}

interface SelectProps {
  options: readonly SelectOption[];
  value: string | undefined;
  onValueChange: (value: string) => void;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
  /** Names the control where no `Field` does. */
  "aria-label"?: string;
}

/** Values may not be empty strings (Radix keeps that for "nothing chosen"): use "all" or so. */
export function Select(props: SelectProps) {
  const { options, value, onValueChange, placeholder, disabled, className } = props;
  return (
    <Radix.Root value={value ?? ""} onValueChange={onValueChange} disabled={disabled}>
      <Radix.Trigger
        {...useFieldProps()}
        aria-label={props["aria-label"]}
        className={cn(
          CONTROL_CLASS,
          "inline-flex h-8 items-center justify-between gap-2 pr-2 pl-2.5 text-left pointer-coarse:h-11",
          "data-[placeholder]:text-faint [&>span]:truncate",
          className,
        )}
      >
        <Radix.Value placeholder={placeholder} />
        <Radix.Icon asChild>
          <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className={cn(MENU_CLASS, "min-w-(--radix-select-trigger-width)")}
        >
          <Radix.Viewport className="max-h-80">
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function SelectItem({ option }: { option: SelectOption }) {
  return (
    <Radix.Item value={option.value} disabled={option.disabled} className={MENU_ITEM_CLASS}>
      <span className="flex min-w-0 flex-1 flex-col">
        <Radix.ItemText>
          <span className="inline-flex items-center gap-2">
            {option.icon}
            {option.label}
          </span>
        </Radix.ItemText>
        {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
      </span>
      <Radix.ItemIndicator>
        <Check aria-hidden className="size-4 text-accent-text" />
      </Radix.ItemIndicator>
    </Radix.Item>
  );
}

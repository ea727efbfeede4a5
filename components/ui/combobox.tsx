"use client";

import { Check, ChevronsUpDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cn } from "./cn.ts";
import { Command, CommandEmpty, CommandInput, CommandItem, CommandList } from "./command.tsx";
import { useFieldLabelId, useFieldProps } from "./field-context.ts";
import { CONTROL_CLASS } from "./input.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "./popover.tsx";

export interface ComboboxOption {
  value: string;
  label: string;
  hint?: string;
  icon?: ReactNode;
}

interface ComboboxProps {
  options: readonly ComboboxOption[];
  value: string | null;
  onValueChange: (value: string | null) => void;
  placeholder?: string;
  searchPlaceholder?: string;
  emptyText?: string;
  /** Choosing the chosen option again clears it. */
  clearable?: boolean;
  disabled?: boolean;
  /** With this the caller searches (a server, usually) and `options` are taken as they come. */
  onSearch?: (text: string) => void;
  className?: string;
  "aria-label"?: string;
}

/** A select for long lists: opens a search field above the options. */
export function Combobox(props: ComboboxProps) {
  const { options, value, onValueChange, clearable, onSearch } = props;
  const [open, setOpen] = useState(false);
  const labelId = useFieldLabelId();
  const field = useFieldProps();
  const chosen = options.find((option) => option.value === value);

  function choose(next: string) {
    onValueChange(clearable && next === value ? null : next);
    setOpen(false);
  }

  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger
        {...field}
        type="button"
        role="combobox"
        aria-expanded={open}
        aria-label={props["aria-label"]}
        aria-labelledby={field.id && labelId ? `${labelId} ${field.id}` : undefined}
        disabled={props.disabled}
        className={cn(
          CONTROL_CLASS,
          "inline-flex h-8 items-center gap-2 pr-2 pl-2.5 text-left pointer-coarse:h-11",
          props.className,
        )}
      >
        {chosen?.icon}
        <span title={chosen?.label} className={cn("flex-1 truncate", !chosen && "text-faint")}>
          {chosen?.label ?? props.placeholder ?? "Choose…"}
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted" />
      </PopoverTrigger>
      <PopoverContent
        aria-label={props["aria-label"] ?? props.searchPlaceholder ?? "Search"}
        className="w-(--radix-popover-trigger-width) min-w-56 p-0"
      >
        <Command shouldFilter={!onSearch} label={props["aria-label"] ?? props.searchPlaceholder}>
          <CommandInput
            placeholder={props.searchPlaceholder ?? "Search…"}
            onValueChange={onSearch}
          />
          <CommandList>
            <CommandEmpty>{props.emptyText ?? "Nothing found."}</CommandEmpty>
            {options.map((option) => (
              <CommandItem
                key={option.value}
                value={option.value}
                keywords={[option.label, option.hint ?? ""]}
                onSelect={() => choose(option.value)}
              >
                {option.icon}
                <span className="min-w-0 flex-1 break-words">{option.label}</span>
                {option.hint && <span className="text-muted text-xs">{option.hint}</span>}
                {option.value === value && <Check aria-hidden className="text-accent-text" />}
              </CommandItem>
            ))}
          </CommandList>
        </Command>
      </PopoverContent>
    </Popover>
  );
}

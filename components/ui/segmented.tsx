"use client";

import { RadioGroup } from "radix-ui";
import type { ReactNode } from "react";
import { cn } from "./cn.ts";

export interface SegmentOption<V extends string> {
  value: V;
  label: string;
  icon?: ReactNode;
}

interface SegmentedProps<V extends string> {
  options: readonly SegmentOption<V>[];
  value: V;
  onValueChange: (value: V) => void;
  label: string;
  /** Icons only; the labels become names for assistive technology. */
  iconsOnly?: boolean;
  className?: string;
}

/** One of two to five choices, all visible: a filter, a chart's period, a theme. */
export function Segmented<V extends string>(props: SegmentedProps<V>) {
  const { options, value, onValueChange, label, iconsOnly, className } = props;
  return (
    <RadioGroup.Root
      value={value}
      aria-label={label}
      orientation="horizontal"
      onValueChange={(next) => onValueChange(next as V)}
      className={cn(
        "inline-flex rounded-md bg-sunken p-0.5 ring-1 ring-line ring-inset",
        className,
      )}
    >
      {options.map((option) => (
        <RadioGroup.Item
          key={option.value}
          value={option.value}
          aria-label={iconsOnly ? option.label : undefined}
          className={cn(
            "inline-flex h-7 items-center justify-center gap-1.5 rounded-sm px-2.5 font-medium text-muted text-xs",
            "transition-colors hover:text-ink data-[state=checked]:bg-lifted data-[state=checked]:text-ink",
            "data-[state=checked]:shadow-xs pointer-coarse:h-9 [&_svg]:size-3.5",
            iconsOnly && "px-2",
          )}
        >
          {option.icon}
          {!iconsOnly && option.label}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

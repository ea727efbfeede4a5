"use client";

import { RadioGroup as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { ChoiceLabel } from "./choice-label.tsx";
import { cn } from "./cn.ts";
import { useFieldLabelId } from "./field-context.ts";

export interface RadioOption {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}

interface RadioGroupProps {
  options: readonly RadioOption[];
  value: string | undefined;
  onValueChange: (value: string) => void;
  disabled?: boolean;
  /** Each option in a frame of its own, for choices that need a sentence. */
  framed?: boolean;
  className?: string;
  "aria-label"?: string;
}

const FRAME = cn(
  "rounded-md border border-line px-3 py-2.5 transition-colors hover:border-line-strong",
  "has-data-[state=checked]:border-accent has-data-[state=checked]:bg-accent-soft",
);

export function RadioGroup(props: RadioGroupProps) {
  const { options, framed, className, ...rest } = props;
  return (
    <Radix.Root
      {...rest}
      value={props.value ?? null}
      aria-labelledby={useFieldLabelId()}
      className={cn("flex flex-col gap-2.5", className)}
    >
      {options.map((option) => (
        <ChoiceLabel
          key={option.value}
          label={option.label}
          hint={option.hint}
          className={framed ? FRAME : undefined}
          control={<RadioItem value={option.value} disabled={option.disabled} />}
        />
      ))}
    </Radix.Root>
  );
}

function RadioItem({ value, disabled }: { value: string; disabled?: boolean }) {
  return (
    <Radix.Item
      value={value}
      disabled={disabled}
      className={cn(
        "grid size-4 shrink-0 place-items-center rounded-full border border-field bg-surface",
        "shadow-xs transition-colors data-[state=checked]:border-accent",
        "data-[state=checked]:bg-accent disabled:opacity-50",
      )}
    >
      <Radix.Indicator className="size-1.5 rounded-full bg-accent-ink" />
    </Radix.Item>
  );
}

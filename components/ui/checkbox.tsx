"use client";

import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldProps } from "./field-context.ts";

/** `checked="indeterminate"` shows a dash. Name it by `aria-label`, `Field` or `ChoiceLabel`. */
export function Checkbox({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      {...useFieldProps()}
      {...props}
      className={cn(
        "peer relative grid size-4 shrink-0 place-items-center rounded-xs border border-field",
        "bg-surface text-accent-ink shadow-xs transition-colors hover:border-muted",
        "after:absolute after:-inset-2 after:content-['']",
        "data-[state=checked]:border-accent data-[state=checked]:bg-accent",
        "data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent",
        "disabled:opacity-50 aria-invalid:border-fail",
        className,
      )}
    >
      <Radix.Indicator>
        {props.checked === "indeterminate" ? (
          <Minus aria-hidden className="size-3" strokeWidth={3} />
        ) : (
          <Check aria-hidden className="size-3" strokeWidth={3} />
        )}
      </Radix.Indicator>
    </Radix.Root>
  );
}

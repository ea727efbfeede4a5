"use client";

import { Switch as Radix } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldProps } from "./field-context.ts";

/** For settings that take effect at once; inside a form that is saved, use a checkbox. */
export function Switch({ className, ...props }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      {...useFieldProps()}
      {...props}
      className={cn(
        "relative inline-flex h-5 w-9 shrink-0 items-center rounded-full bg-field p-0.5",
        "transition-colors after:absolute after:-inset-2 data-[state=checked]:bg-accent",
        "disabled:opacity-50",
        className,
      )}
    >
      <Radix.Thumb className="size-4 rounded-full bg-white shadow-xs transition-transform data-[state=checked]:translate-x-4" />
    </Radix.Root>
  );
}

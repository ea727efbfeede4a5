"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldProps } from "./field-context.ts";

export const CONTROL_CLASS = cn(
  "w-full min-w-0 rounded-md border border-field bg-surface text-ink text-sm shadow-xs",
  "transition-[border-color,box-shadow] placeholder:text-faint hover:border-muted",
  "focus-visible:border-ring focus-visible:outline-2 focus-visible:outline-ring/35",
  "focus-visible:outline-offset-0 aria-invalid:border-fail",
  "disabled:bg-sunken disabled:text-muted",
);

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      {...useFieldProps()}
      {...props}
      className={cn(CONTROL_CLASS, "h-8 px-2.5 read-only:bg-sunken pointer-coarse:h-11", className)}
    />
  );
}

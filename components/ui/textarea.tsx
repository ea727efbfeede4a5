"use client";

import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldProps } from "./field-context.ts";
import { CONTROL_CLASS } from "./input.tsx";

interface TextareaProps extends ComponentProps<"textarea"> {
  /** For SQL, keys and flag files. */
  mono?: boolean;
}

/** Grows with its text where the browser knows `field-sizing`, up to 20 rem. */
export function Textarea({ mono, className, rows = 3, ...props }: TextareaProps) {
  return (
    <textarea
      {...useFieldProps()}
      rows={rows}
      {...props}
      className={cn(
        CONTROL_CLASS,
        "field-sizing-content max-h-80 min-h-16 resize-y px-2.5 py-1.5 read-only:bg-sunken",
        mono && "font-mono text-xs leading-relaxed",
        className,
      )}
    />
  );
}

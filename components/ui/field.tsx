"use client";

import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { FieldContext } from "./field-context.ts";

interface FieldProps {
  label: string;
  /** What to enter and why; stays visible while typing, unlike a placeholder. */
  hint?: ReactNode;
  /** The message of react-hook-form's `errors.name?.message`, or of the server. */
  error?: string;
  /** Most fields are required, so the rare optional one is marked. */
  optional?: boolean;
  /** Something at the right end of the label's line, such as a counter or a link. */
  aside?: ReactNode;
  hideLabel?: boolean;
  className?: string;
  /** One control of this folder; it takes id, description and validity from here. */
  children: ReactNode;
}

export function Field(props: FieldProps) {
  const { label, hint, error, optional, aside, hideLabel, className, children } = props;
  const id = useId();
  const describedBy = cn(hint && `${id}-hint`, error && `${id}-error`) || undefined;
  return (
    <FieldContext value={{ id, describedBy, invalid: Boolean(error) }}>
      <div className={cn("flex min-w-0 flex-col gap-1.5", className)}>
        <div className={cn("flex items-baseline justify-between gap-3", hideLabel && "sr-only")}>
          <label htmlFor={id} id={`${id}-label`} className="font-medium text-ink text-sm">
            {label}
            {optional && <span className="ml-1.5 font-normal text-faint">Optional</span>}
          </label>
          {aside && <span className="text-faint text-xs">{aside}</span>}
        </div>
        {children}
        {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
        {hint && (
          <p id={`${id}-hint`} className="text-pretty text-muted text-xs">
            {hint}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" className="flex gap-1.5 text-fail text-xs">
      <CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />
      {children}
    </p>
  );
}

"use client";

import type { ReactNode } from "react";
import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { errorMessage, isApiError } from "#lib/http/api-error.ts";
import { Banner } from "./banner.tsx";
import { cn } from "./cn.ts";

interface FormProps<Values extends FieldValues, Parsed> {
  form: UseFormReturn<Values, unknown, Parsed>;
  /** May throw: what the server says of a field is shown at the field, the rest above the form. */
  onSubmit: (values: Parsed) => Promise<unknown> | unknown;
  className?: string;
  children: ReactNode;
}

export function Form<Values extends FieldValues, Parsed>(props: FormProps<Values, Parsed>) {
  const { form, onSubmit, className, children } = props;
  const problem = form.formState.errors.root?.message;

  async function submit(values: Parsed) {
    try {
      await onSubmit(values);
    } catch (error) {
      showErrors(form, error);
    }
  }

  return (
    <form noValidate onSubmit={form.handleSubmit(submit)} className={cn("space-y-4", className)}>
      {problem && <Banner tone="fail">{problem}</Banner>}
      {children}
    </form>
  );
}

function showErrors<Values extends FieldValues, Parsed>(
  form: UseFormReturn<Values, unknown, Parsed>,
  error: unknown,
): void {
  const known = Object.keys(form.getValues());
  const reasons = isApiError(error) ? Object.entries(error.fields) : [];
  const placed = reasons.filter(([name]) => known.includes(name));
  for (const [name, message] of placed) form.setError(name as Path<Values>, { message });
  // A reason for a field that this form does not have would vanish if it were only set there.
  if (placed.length === 0) form.setError("root", { message: errorMessage(error) });
}

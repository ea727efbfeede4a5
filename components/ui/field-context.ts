"use client";

import { createContext, use } from "react";

interface FieldContextValue {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

export const FieldContext = createContext<FieldContextValue | null>(null);

/** What a control inside `Field` adds to itself; outside one, nothing. */
export function useFieldProps() {
  const field = use(FieldContext);
  if (!field) return {};
  return {
    id: field.id,
    "aria-describedby": field.describedBy,
    "aria-invalid": field.invalid || undefined,
  };
}

/** For controls that are not form elements, which a `label for` cannot name. */
export function useFieldLabelId(): string | undefined {
  const field = use(FieldContext);
  return field ? `${field.id}-label` : undefined;
}

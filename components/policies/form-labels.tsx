"use client";

import { type UseFormReturn, useWatch } from "react-hook-form";
import { LabelScopeField } from "#components/labels/label-scope-field.tsx";
import { LABEL_KEYS, type LabelLists } from "#lib/policies/label-fields.ts";
import type { PolicyFormOutput, PolicyFormValues } from "./policy-form-schema.ts";

/** The four lists of labels of a policy's form. */
export function FormLabels({
  form,
}: {
  form: UseFormReturn<PolicyFormValues, unknown, PolicyFormOutput>;
}) {
  const { control, formState, setValue } = form;
  const lists = useWatch({ control, name: LABEL_KEYS });
  const value: LabelLists = Object.fromEntries(LABEL_KEYS.map((key, index) => [key, lists[index]]));
  const error = LABEL_KEYS.map((key) => formState.errors[key]?.message).find(Boolean);
  return (
    <LabelScopeField
      value={value}
      error={error}
      onValueChange={(next) => {
        for (const key of LABEL_KEYS) setValue(key, next[key] ?? [], { shouldDirty: true });
      }}
    />
  );
}

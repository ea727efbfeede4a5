"use client";

import type { ComponentProps } from "react";
import { type FieldValues, type Path, type UseFormReturn, useFormState } from "react-hook-form";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";

interface SettingsFieldProps<Values extends FieldValues>
  extends Pick<ComponentProps<typeof Input>, "type" | "min" | "max" | "placeholder">,
    Pick<ComponentProps<typeof Field>, "label" | "hint" | "aside" | "optional" | "className"> {
  form: UseFormReturn<Values, unknown, Values>;
  name: Path<Values>;
  editable: boolean;
}

/** One setting that is typed in. A number is one for the form too. */
export function SettingsField<Values extends FieldValues>(props: SettingsFieldProps<Values>) {
  const { form, name, editable, type, min, max, placeholder, ...field } = props;
  const { error } = form.getFieldState(name, useFormState({ control: form.control, name }));
  return (
    <Field {...field} error={error?.message}>
      <Input
        {...{ type, min, max, placeholder }}
        readOnly={!editable}
        {...form.register(name, type === "number" ? { valueAsNumber: true } : {})}
      />
    </Field>
  );
}

"use client";

import { type FieldValues, type UseFormReturn, useFormState } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";

interface SaveBarProps<Values extends FieldValues> {
  form: UseFormReturn<Values, unknown, Values>;
  editable: boolean;
}

/** The end of a settings form; without the right to save, nothing. */
export function SaveBar<Values extends FieldValues>({ form, editable }: SaveBarProps<Values>) {
  const { isDirty, isSubmitting } = useFormState({ control: form.control });
  if (!editable) return null;
  return (
    <div className="flex items-center gap-2 pt-1">
      <Button type="submit" variant="primary" disabled={!isDirty} loading={isSubmitting}>
        Save
      </Button>
      {isDirty && !isSubmitting && (
        <Button onClick={() => form.reset(undefined, { keepDirtyValues: false })}>
          Undo changes
        </Button>
      )}
    </div>
  );
}

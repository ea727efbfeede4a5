"use client";

import { useQuery } from "@tanstack/react-query";
import { Combobox } from "#components/ui/combobox.tsx";
import { labelSummaryOptions } from "#lib/labels/client.ts";

interface LabelPickerProps {
  value: number | null | undefined;
  onValueChange: (id: number | null) => void;
}

/** One label, for narrowing a list. */
export function LabelPicker({ value, onValueChange }: LabelPickerProps) {
  const { data } = useQuery(labelSummaryOptions());
  return (
    <Combobox
      aria-label="Label"
      placeholder="Any label"
      searchPlaceholder="Find a label…"
      emptyText="No label of that name."
      clearable
      options={(data?.labels ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
      value={value ? String(value) : null}
      onValueChange={(id) => onValueChange(id ? Number(id) : null)}
      className="w-full min-w-36 flex-1 sm:max-w-48"
    />
  );
}

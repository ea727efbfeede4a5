"use client";

import { Controller, type UseFormReturn } from "react-hook-form";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { Vital } from "#lib/membership/vitals.ts";
import type { LabelFormOutput, LabelFormValues } from "./label-form-schema.ts";

/** With a value as hosts have it. */
export const VITAL_NAMES: Record<Vital, { label: string; example: string }> = {
  platform: { label: "Platform, as osquery names it", example: "ubuntu" },
  platform_family: { label: "Platform family", example: "linux" },
  os_name: { label: "Operating system", example: "Ubuntu" },
  os_version: { label: "Version of the operating system", example: "macOS 15.1" },
  os_major: { label: "Major version of the operating system", example: "macOS 15" },
  hardware_vendor: { label: "Hardware vendor", example: "Dell Inc." },
  hardware_model: { label: "Hardware model", example: "MacBookPro18,3" },
  cpu_type: { label: "Processor type", example: "arm64e" },
  osquery_version: { label: "Version of osquery", example: "5.23.1" },
};

const OPTIONS = Object.entries(VITAL_NAMES).map(([value, { label }]) => ({ value, label }));

interface CriteriaFieldProps {
  form: UseFormReturn<LabelFormValues, unknown, LabelFormOutput>;
}

export function CriteriaField({ form }: CriteriaFieldProps) {
  const { control, formState, register, watch } = form;
  const { example } = VITAL_NAMES[watch("vital")];
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Vital">
        <Controller
          control={control}
          name="vital"
          render={({ field }) => (
            <Select options={OPTIONS} value={field.value} onValueChange={field.onChange} />
          )}
        />
      </Field>
      <Field
        label="Values"
        hint={`One a line, such as ${example}. A host that has any of them is a member.`}
        error={formState.errors.values?.message}
      >
        <Textarea {...register("values")} rows={3} />
      </Field>
    </div>
  );
}

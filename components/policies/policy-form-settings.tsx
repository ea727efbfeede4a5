"use client";

import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { FormLabels } from "./form-labels.tsx";
import { IntervalField } from "./interval-field.tsx";
import { PlatformField } from "./platform-field.tsx";
import type { PolicyFormOutput, PolicyFormValues } from "./policy-form-schema.ts";
import { TagsField } from "./tags-field.tsx";

interface PolicyFormSettingsProps {
  form: UseFormReturn<PolicyFormValues, unknown, PolicyFormOutput>;
  check: SqlCheck | undefined;
  onPlatformsTouched: () => void;
  /** First among them. */
  scope?: ReactNode;
}

/** Whom a policy asks, how often, and what its failing means. */
export function PolicyFormSettings(props: PolicyFormSettingsProps) {
  const { form, check, onPlatformsTouched, scope } = props;
  const { control, formState } = form;
  const { errors } = formState;
  return (
    <Card title="Settings">
      <div className="space-y-5">
        {scope}
        <Controller
          control={control}
          name="platform"
          render={({ field }) => (
            <PlatformField
              value={field.value ?? ""}
              onValueChange={(platforms) => {
                onPlatformsTouched();
                field.onChange(platforms);
              }}
              check={check}
              error={errors.platform?.message}
            />
          )}
        />
        <FormLabels form={form} />
        <Controller
          control={control}
          name="critical"
          render={({ field }) => (
            <ChoiceLabel
              label="Critical"
              hint="A failing critical policy gates access."
              control={
                <Checkbox
                  checked={field.value === true}
                  onCheckedChange={(on) => field.onChange(on === true)}
                />
              }
            />
          )}
        />
        <Controller
          control={control}
          name="interval"
          render={({ field }) => (
            <IntervalField
              value={field.value ?? null}
              onValueChange={field.onChange}
              error={errors.interval?.message}
            />
          )}
        />
        <Controller
          control={control}
          name="tags"
          render={({ field, fieldState }) => (
            <TagsField
              value={field.value ?? []}
              onValueChange={field.onChange}
              error={fieldState.error?.message}
            />
          )}
        />
        <Field
          label="Why"
          optional
          hint="Why it is so now. Kept with this revision."
          error={errors.reason?.message}
        >
          <Input {...form.register("reason")} autoComplete="off" />
        </Field>
      </div>
    </Card>
  );
}

"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import type { ReactNode } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { SqlEditor } from "#components/monaco/sql-editor.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { IntervalField } from "./interval-field.tsx";
import { PlatformField } from "./platform-field.tsx";
import {
  type PolicyFormOutput,
  type PolicyFormValues,
  policyFormSchema,
} from "./policy-form-schema.ts";
import { ResolutionField } from "./resolution-field.tsx";
import { SaveKey } from "./save-key.tsx";

interface PolicyFormProps {
  initial: PolicyFormValues;
  /** Whether hosts have answered the SQL as it is, so that new SQL costs their answers. */
  answered?: boolean;
  saveLabel: string;
  onSave: (values: PolicyFormOutput) => Promise<unknown>;
  /** At the side, above the settings and below them, and first among them. */
  before?: ReactNode;
  after?: ReactNode;
  scope?: ReactNode;
}

export function PolicyForm(props: PolicyFormProps) {
  const { initial, answered, saveLabel, onSave, scope, before, after } = props;
  const form = useForm<PolicyFormValues, unknown, PolicyFormOutput>({
    resolver: zodResolver(policyFormSchema),
    values: initial,
    resetOptions: { keepDirtyValues: true },
  });
  const { control, formState, register } = form;
  const { errors, isDirty, isSubmitting } = formState;
  const sql = useWatch({ control, name: "query" });
  const newSql = answered && sql !== initial.query;

  async function save(values: PolicyFormOutput) {
    await onSave(values);
    form.reset(values);
  }

  return (
    <Form form={form} onSubmit={save} className="space-y-6">
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Field label="Name" error={errors.name?.message}>
            <Input {...register("name")} autoComplete="off" placeholder="Is the disk encrypted?" />
          </Field>
          <Field
            label="Query"
            error={errors.query?.message}
            hint="Rows mean pass, no row means fail. Esc, then Tab leaves the editor. Ctrl+Space completes, Ctrl+S saves."
          >
            <Controller
              control={control}
              name="query"
              render={({ field }) => (
                <SqlEditor value={field.value} onValueChange={field.onChange} />
              )}
            />
          </Field>
          {newSql && (
            <Banner tone="warning" title="Saving new SQL starts the answers anew">
              Every host counts as pending until it has answered the new revision, which hosts that
              are online do at their next check-in.
            </Banner>
          )}
          <Field
            label="Description"
            optional
            error={errors.description?.message}
            hint="What it protects, in a sentence that anybody understands."
          >
            <Textarea {...register("description")} rows={2} />
          </Field>
          <Controller
            control={control}
            name="resolution"
            render={({ field }) => (
              <ResolutionField
                value={field.value ?? ""}
                onValueChange={field.onChange}
                error={errors.resolution?.message}
              />
            )}
          />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          {before}
          <Card title="Settings">
            <div className="space-y-5">
              {scope}
              <Controller
                control={control}
                name="platform"
                render={({ field }) => (
                  <PlatformField
                    value={field.value ?? ""}
                    onValueChange={field.onChange}
                    sql={sql}
                    error={errors.platform?.message}
                  />
                )}
              />
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
            </div>
          </Card>
          {after}
        </div>
      </div>
      <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-3 border-line border-t bg-canvas/95 px-4 py-3 backdrop-blur sm:-mx-6 sm:px-6 lg:-mx-8 lg:px-8">
        <span role="status" className="mr-auto text-muted text-sm">
          {isDirty ? "Unsaved changes" : ""}
        </span>
        {isDirty && (
          <Button variant="ghost" onClick={() => form.reset(initial)}>
            Discard
          </Button>
        )}
        <Button
          type="submit"
          variant="primary"
          loading={isSubmitting}
          disabled={!isDirty && !isSubmitting}
        >
          {saveLabel}
        </Button>
      </div>
      <SaveKey unsaved={isDirty} />
    </Form>
  );
}

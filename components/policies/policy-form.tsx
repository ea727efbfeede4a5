"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { type ReactNode, useMemo } from "react";
import { Controller, useForm, useWatch } from "react-hook-form";
import { RunPanel } from "#components/runs/run-panel.tsx";
import { type RunBeforeSaving, useRun } from "#components/runs/use-run.ts";
import { SqlField } from "#components/sql/sql-field.tsx";
import { useSqlCheck } from "#components/sql/use-sql-check.ts";
import { useSqlQuestion } from "#components/sql/use-sql-question.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { checkFor } from "#lib/osquery/check-platforms.ts";
import { PolicyFormBar } from "./policy-form-bar.tsx";
import {
  changesOf,
  type PolicyFormOutput,
  type PolicyFormValues,
  policyFormSchema,
} from "./policy-form-schema.ts";
import { PolicyFormSettings } from "./policy-form-settings.tsx";
import { ResolutionField } from "./resolution-field.tsx";
import { ScopeCount } from "./scope-count.tsx";
import { useDraft } from "./use-draft.ts";
import { useFollowedPlatforms } from "./use-followed-platforms.ts";
import { useMeanwhile } from "./use-meanwhile.tsx";

interface PolicyFormProps {
  initial: PolicyFormValues;
  /** What it holds in place of that, unsaved; another one takes the place of what was typed. */
  draft?: PolicyFormValues;
  /** Whether hosts have answered the SQL as it is, so that new SQL costs their answers. */
  answered?: boolean;
  saveLabel: string;
  /** Whose hosts a run before saving asks; the policy, unless it is new. */
  teamId: number | null;
  policyId?: number;
  /** Of the policy, as it is in force. */
  version?: number;
  /** False: the person would rather not, and what was typed stays unsaved. */
  onSave: (values: PolicyFormOutput, run: RunBeforeSaving) => Promise<boolean>;
  /** First among the settings. */
  scope?: ReactNode;
}

export function PolicyForm(props: PolicyFormProps) {
  const { initial, draft, answered = false, saveLabel, onSave, scope } = props;
  const { policyId, teamId, version } = props;
  const form = useForm<PolicyFormValues, unknown, PolicyFormOutput>({
    resolver: zodResolver(policyFormSchema),
    values: initial,
    resetOptions: { keepDirtyValues: true },
  });
  const { control, formState, register } = form;
  const { errors, isDirty, isSubmitting } = formState;
  const sql = useWatch({ control, name: "query" });
  const platform = useWatch({ control, name: "platform" });
  const checked = useSqlCheck(sql)?.check;
  const check = useMemo(() => checked && checkFor(checked, platform ?? ""), [checked, platform]);
  const run = useRun({ query: sql, kind: "policy", policyId, teamId, platform });
  const question = useSqlQuestion();
  // Not by isDirty, which is false for a moment while newer values come in.
  const unsaved = Object.keys(changesOf(initial, { ...form.getValues(), reason: initial.reason }));
  const meanwhile = useMeanwhile(policyId ?? 0, version, {
    isDirty: unsaved.length > 0,
    isSubmitting,
  });
  const stopFollowing = useFollowedPlatforms(!answered, check, (platforms) =>
    form.setValue("platform", platforms, { shouldDirty: true }),
  );
  useDraft(form, draft, stopFollowing);

  async function save(values: PolicyFormOutput) {
    if (!(await meanwhile.mayBeSaved())) return;
    const asBefore = values.query === initial.query;
    if (!asBefore && !(await question.mayBeSaved(values.query))) return;
    if (await onSave(values, run.runOf(values.query))) form.reset(values);
  }

  return (
    <Form form={form} onSubmit={save} className="space-y-6">
      <div className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_19rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Field label="Name" error={errors.name?.message}>
            <Input {...register("name")} autoComplete="off" placeholder="Is the disk encrypted?" />
          </Field>
          <Controller
            control={control}
            name="query"
            render={({ field }) => (
              <SqlField
                ref={field.ref}
                value={field.value}
                onValueChange={field.onChange}
                check={check}
                error={errors.query?.message}
                onRun={run.run}
                saves
              />
            )}
          />
          <RunPanel control={run} />
          {answered && sql !== initial.query && (
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
          <PolicyFormSettings
            form={form}
            check={check}
            onPlatformsTouched={stopFollowing}
            scope={scope}
          />
        </div>
      </div>
      <PolicyFormBar
        isDirty={isDirty}
        isSubmitting={isSubmitting}
        saveLabel={saveLabel}
        onDiscard={() => form.reset(initial, { keepDirtyValues: false })}
      >
        {isDirty && meanwhile.notice && (
          // Above the buttons: at the end of the form nobody would see it before saving.
          <div className="order-first basis-full">{meanwhile.notice}</div>
        )}
        {policyId === undefined && <ScopeCount form={form} teamId={teamId} />}
      </PolicyFormBar>
      {meanwhile.dialog}
      {question.dialog}
    </Form>
  );
}

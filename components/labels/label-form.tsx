"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMemo } from "react";
import { Controller, type UseFormReturn, useForm, useWatch } from "react-hook-form";
import { PlatformBoxes } from "#components/hosts/platform-boxes.tsx";
import { withoutPolicyDoubts } from "#components/sql/policy-doubts.ts";
import { SqlField } from "#components/sql/sql-field.tsx";
import { useSqlCheck } from "#components/sql/use-sql-check.ts";
import { useSqlQuestion } from "#components/sql/use-sql-question.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { MEMBERSHIP_TYPES, type MembershipType } from "#lib/labels/schema.ts";
import { CriteriaField } from "./criteria-field.tsx";
import {
  type LabelFormOutput,
  type LabelFormValues,
  labelFormSchema,
} from "./label-form-schema.ts";
import { LabelHostsField } from "./label-hosts-field.tsx";
import { LABEL_KINDS } from "./label-kind.ts";

type LabelFormOf = UseFormReturn<LabelFormValues, unknown, LabelFormOutput>;

interface LabelFormProps {
  initial: LabelFormValues;
  /** Absent: a new one, whose kind can be chosen. */
  labelId?: number;
  saveLabel: string;
  /** False: the person would rather not, and what was typed stays unsaved. */
  onSave: (values: LabelFormOutput) => Promise<boolean>;
}

export function LabelForm({ initial, labelId, saveLabel, onSave }: LabelFormProps) {
  const form: LabelFormOf = useForm<LabelFormValues, unknown, LabelFormOutput>({
    resolver: zodResolver(labelFormSchema),
    values: initial,
    resetOptions: { keepDirtyValues: true },
  });
  const { control, formState, register } = form;
  const { errors, isDirty, isSubmitting } = formState;
  const type = useWatch({ control, name: "type" });

  const { dialog, mayBeSaved } = useSqlQuestion();

  async function save(values: LabelFormOutput) {
    if (values.type === "dynamic" && !(await mayBeSaved(values.query ?? ""))) return;
    if (await onSave(values)) form.reset(values);
  }

  return (
    <Form form={form} onSubmit={save} className="space-y-5">
      <Field label="Name" error={errors.name?.message}>
        <Input {...register("name")} autoComplete="off" placeholder="Build machines" />
      </Field>
      <Field label="Description" optional error={errors.description?.message}>
        <Textarea {...register("description")} rows={2} />
      </Field>
      {labelId === undefined && (
        <Controller
          control={control}
          name="type"
          render={({ field }) => <KindField value={field.value} onChange={field.onChange} />}
        />
      )}
      <Membership form={form} type={type} labelId={labelId} />
      <div className="flex items-center justify-end gap-3">
        <span role="status" className="mr-auto text-muted text-sm">
          {isDirty ? "Unsaved changes" : ""}
        </span>
        {isDirty && (
          <Button variant="ghost" onClick={() => form.reset(initial, { keepDirtyValues: false })}>
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
      {dialog}
    </Form>
  );
}

interface KindFieldProps {
  value: MembershipType;
  onChange: (value: MembershipType) => void;
}

function KindField({ value, onChange }: KindFieldProps) {
  return (
    <fieldset>
      <legend className="mb-2 font-medium text-ink text-sm">Members</legend>
      <RadioGroup
        aria-label="Members"
        framed
        options={MEMBERSHIP_TYPES.map((kind) => ({ value: kind, ...LABEL_KINDS[kind] }))}
        value={value}
        onValueChange={(next) => onChange(next as MembershipType)}
        className="grid gap-3 sm:grid-cols-3"
      />
    </fieldset>
  );
}

interface MembershipProps {
  form: LabelFormOf;
  type: MembershipType;
  labelId?: number;
}

/** What decides who is a member, by the label's kind. */
function Membership({ form, type, labelId }: MembershipProps) {
  const { control, formState } = form;
  const { errors } = formState;
  const sql = useWatch({ control, name: "query" }) ?? "";
  const checked = useSqlCheck(type === "dynamic" ? sql : "")?.check;
  const check = useMemo(() => withoutPolicyDoubts(checked), [checked]);
  if (type === "manual") {
    return (
      <Controller
        control={control}
        name="hostIds"
        render={({ field }) => (
          <LabelHostsField labelId={labelId} value={field.value} onValueChange={field.onChange} />
        )}
      />
    );
  }
  if (type === "host_vitals") return <CriteriaField form={form} />;
  return (
    <>
      <Controller
        control={control}
        name="query"
        render={({ field }) => (
          <SqlField
            ref={field.ref}
            value={field.value ?? ""}
            onValueChange={field.onChange}
            check={check}
            hint="Rows mean member, no row means that it is none. Esc, then Tab leaves the editor."
            error={errors.query?.message}
          />
        )}
      />
      <Controller
        control={control}
        name="platform"
        render={({ field }) => (
          <PlatformBoxes
            value={field.value ?? ""}
            onValueChange={field.onChange}
            others="Hosts of other platforms are not asked and are no members."
          />
        )}
      />
    </>
  );
}

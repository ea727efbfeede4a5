"use client";

import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useCreateExemption } from "#lib/exemptions/client.ts";
import { EndFields } from "./end-fields.tsx";
import { type EndValues, endOf, lastDay, reminderChoice, reminderOf } from "./ends.ts";
import { type ChosenTarget, TargetField } from "./target-field.tsx";

interface ExemptDialogProps {
  policy: { id: number; name: string; team_id: number | null };
  /** Whom to let off, where that is clear already. */
  host?: { id: number; name: string };
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function ExemptDialog({ open, onOpenChange, policy, host }: ExemptDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={host ? `Exempt ${host.name}` : "Exempt from this policy"}
      description={`Still asked “${policy.name}”, but neither counted as pass or fail nor kept out because of it, until the exemption ends.`}
    >
      <ExemptForm policy={policy} host={host} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

interface Values extends EndValues {
  reason: string;
}

const KEYS = { host: "host_id", label: "label_id", team: "team_id" } as const;

type ExemptFormProps = Pick<ExemptDialogProps, "policy" | "host"> & { onDone: () => void };

function ExemptForm({ policy, host, onDone }: ExemptFormProps) {
  const [target, setTarget] = useState<ChosenTarget>({ type: "host", id: host?.id ?? null });
  const [missing, setMissing] = useState<string>();
  const create = useCreateExemption();
  const form = useForm<Values>({
    defaultValues: { reason: "", ends: "30", day: lastDay(), remind: "7" },
  });
  const values = useWatch({ control: form.control }) as Values;
  const { errors, isSubmitting } = form.formState;

  async function submit(given: Values) {
    const end = endOf(given);
    if (target.id === null) return setMissing(`Choose a ${target.type}.`);
    if (!end) return form.setError("day", { message: "Choose a day." });
    await create.mutateAsync({
      policy_id: policy.id,
      [KEYS[target.type]]: target.id,
      reason: given.reason,
      expires_at: end.toISOString(),
      remind_at: reminderOf(reminderChoice(given), end)?.toISOString() ?? null,
    });
    toast.success("Exempt from now on.");
    onDone();
  }

  return (
    <Form form={form} onSubmit={submit}>
      {!host && (
        <TargetField
          teamId={policy.team_id}
          value={target}
          onChange={(next) => {
            setMissing(undefined);
            setTarget(next);
          }}
          error={missing}
        />
      )}
      <Field
        label="Reason"
        hint="Auditors read it, and whoever has to renew it."
        error={errors.reason?.message}
      >
        <Textarea
          rows={3}
          {...form.register("reason", { required: "An exemption needs a reason." })}
        />
      </Field>
      <EndFields
        values={values}
        error={errors.day?.message}
        onChange={(name, value) => form.setValue(name, value)}
      />
      <DialogFooter>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isSubmitting}>
          Exempt
        </Button>
      </DialogFooter>
    </Form>
  );
}

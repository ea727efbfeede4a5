"use client";

import { useForm, useWatch } from "react-hook-form";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useUpdateExemption } from "#lib/exemptions/client.ts";
import type { ExemptionJson } from "#lib/exemptions/schema.ts";
import { EndFields } from "./end-fields.tsx";
import { changesOf, type EndValues, valuesOf } from "./ends.ts";

interface EditDialogProps {
  exemption: ExemptionJson | null;
  onClose: () => void;
}

export function EditExemptionDialog({ exemption, onClose }: EditDialogProps) {
  return (
    <Dialog
      open={exemption !== null}
      onOpenChange={onClose}
      title="Change the exemption"
      description={exemption ? `${exemption.target.name}, from “${exemption.policy_name}”` : ""}
    >
      {exemption && <EditForm key={exemption.id} exemption={exemption} onDone={onClose} />}
    </Dialog>
  );
}

interface Values extends EndValues {
  reason: string;
}

function EditForm({ exemption, onDone }: { exemption: ExemptionJson; onDone: () => void }) {
  const update = useUpdateExemption();
  const form = useForm<Values>({
    defaultValues: { reason: exemption.reason, ...valuesOf(exemption) },
  });
  const values = useWatch({ control: form.control }) as Values;
  const { errors, isSubmitting } = form.formState;

  async function submit(given: Values) {
    const changes = changesOf(exemption, given);
    if (!changes) return form.setError("day", { message: "Choose a day." });
    await update.mutateAsync({ id: exemption.id, ...changes });
    toast.success("Exemption changed.");
    onDone();
  }

  return (
    <Form form={form} onSubmit={submit}>
      <Field label="Reason" error={errors.reason?.message}>
        <Textarea
          rows={3}
          {...form.register("reason", { required: "An exemption needs a reason." })}
        />
      </Field>
      <EndFields
        values={values}
        before={exemption}
        error={errors.day?.message}
        onChange={(name, value) => form.setValue(name, value)}
      />
      <DialogFooter>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isSubmitting}>
          Save
        </Button>
      </DialogFooter>
    </Form>
  );
}

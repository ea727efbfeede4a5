"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { createTokenBody } from "#lib/users/schema.ts";

const NEVER = "never";
const LIVES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: NEVER, label: "No end", hint: "Until somebody revokes it." },
];
const schema = z.object({ name: createTokenBody.shape.name, life: z.string() });

interface TokenFormProps {
  /** Makes the token and shows it. */
  onCreate: (input: { name: string; expires_in_days: number | null }) => Promise<unknown>;
  onCancel: () => void;
}

export function TokenForm({ onCreate, onCancel }: TokenFormProps) {
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: "", life: "90" } });
  const life = useWatch({ control: form.control, name: "life" });
  const { errors, isSubmitting } = form.formState;
  const submit = (values: z.output<typeof schema>) =>
    onCreate({
      name: values.name,
      expires_in_days: values.life === NEVER ? null : Number(values.life),
    });
  return (
    <Form form={form} onSubmit={submit}>
      <Field label="Name" hint="What uses it: “backup script”." error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label="Valid for">
        <Select
          options={LIVES}
          value={life}
          onValueChange={(value) => form.setValue("life", value)}
        />
      </Field>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isSubmitting}>
          Make token
        </Button>
      </DialogFooter>
    </Form>
  );
}

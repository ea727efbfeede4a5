"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { PasswordRule } from "#components/auth/password-rule.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useChangePassword } from "#lib/users/client.ts";
import { passwordSchema } from "#lib/users/schema.ts";

const schema = z.object({
  old_password: z.string().min(1, "Enter your present password"),
  new_password: passwordSchema,
});

export function PasswordCard() {
  const change = useChangePassword();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { old_password: "", new_password: "" },
  });
  const { errors, isSubmitting } = form.formState;
  const password = useWatch({ control: form.control, name: "new_password" });

  async function save(values: z.output<typeof schema>) {
    await change.mutateAsync(values);
    form.reset();
    toast.success("Password changed. You are signed out everywhere else.");
  }

  return (
    <Card
      title="Password"
      description="A new one ends all your other sessions and revokes your API tokens."
    >
      <Form form={form} onSubmit={save}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Present password" error={errors.old_password?.message}>
            <PasswordInput autoComplete="current-password" {...form.register("old_password")} />
          </Field>
          <Field label="New password" error={errors.new_password?.message}>
            <PasswordInput autoComplete="new-password" {...form.register("new_password")} />
          </Field>
        </div>
        <PasswordRule password={password} />
        <Button type="submit" variant="primary" loading={isSubmitting}>
          Change password
        </Button>
      </Form>
    </Card>
  );
}

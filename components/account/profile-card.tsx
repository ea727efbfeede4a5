"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useQueryClient } from "@tanstack/react-query";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { viewerOptions } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { rolesText } from "#components/users/roles.ts";
import { useUpdateUser } from "#lib/users/client.ts";
import { emailSchema, type UserJson } from "#lib/users/schema.ts";

const schema = z.object({
  name: z.string().trim().min(1, "Enter your name").max(255),
  email: emailSchema,
  password: z.string(),
});

export function ProfileCard({ user }: { user: UserJson }) {
  const client = useQueryClient();
  const update = useUpdateUser();
  const form = useForm({
    resolver: zodResolver(schema),
    values: { name: user.name, email: user.email, password: "" },
  });
  const { errors, isDirty, isSubmitting } = form.formState;
  const email = useWatch({ control: form.control, name: "email" });
  const changesEmail = email.trim().toLowerCase() !== user.email;

  async function save({ password, ...values }: z.output<typeof schema>) {
    await update.mutateAsync({ id: user.id, ...values, ...(changesEmail ? { password } : {}) });
    await client.invalidateQueries({ queryKey: viewerOptions.queryKey });
    toast.success("Profile saved.");
  }

  return (
    <Card title="Profile">
      <Form form={form} onSubmit={save}>
        <KeyValues>
          <KeyValue label="Role">{rolesText(user)}</KeyValue>
        </KeyValues>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Name" error={errors.name?.message}>
            <Input autoComplete="name" {...form.register("name")} />
          </Field>
          <Field label="E-mail" error={errors.email?.message}>
            <Input type="email" autoComplete="email" {...form.register("email")} />
          </Field>
          {changesEmail && (
            <Field
              label="Present password"
              hint="A new address needs it: you sign in by that address."
              error={errors.password?.message}
            >
              <PasswordInput autoComplete="current-password" {...form.register("password")} />
            </Field>
          )}
        </div>
        <Button type="submit" variant="primary" disabled={!isDirty} loading={isSubmitting}>
          Save profile
        </Button>
      </Form>
    </Card>
  );
}

"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { z } from "zod";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { apiUrl } from "#lib/http/client.ts";
import { settingsSchema } from "#lib/settings/schema.ts";
import { useSetUp } from "#lib/setup/client.ts";
import { emailSchema, passwordSchema } from "#lib/users/schema.ts";
import { enter } from "./enter.ts";
import { PasswordRule } from "./password-rule.tsx";

const schema = z.object({
  org_name: settingsSchema.shape.orgName,
  server_url: settingsSchema.shape.serverUrl,
  name: z.string().trim().min(1, "Enter your name").max(255),
  email: emailSchema,
  password: passwordSchema,
});

export function SetupForm() {
  const setUp = useSetUp();
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: { org_name: "", server_url: "", name: "", email: "", password: "" },
  });
  const password = useWatch({ control: form.control, name: "password" });
  const { errors, isSubmitting, isSubmitSuccessful } = form.formState;

  async function submit({ org_name, server_url, ...admin }: z.output<typeof schema>) {
    const { token } = await setUp.mutateAsync({ admin, org_info: { org_name }, server_url });
    await endSession(token);
    await enter(admin, "/dashboard");
  }

  return (
    <Form form={form} onSubmit={submit}>
      <Field label="Organisation" error={errors.org_name?.message}>
        <Input autoComplete="organization" autoFocus {...form.register("org_name")} />
      </Field>
      <Field
        label="Server URL"
        optional
        hint="Where hosts and people reach this server. Empty: the address it was started with."
        error={errors.server_url?.message}
      >
        <Input
          type="url"
          placeholder="https://muster.example.com"
          {...form.register("server_url")}
        />
      </Field>
      <hr className="!my-5" />
      <Field label="Your name" error={errors.name?.message}>
        <Input autoComplete="name" {...form.register("name")} />
      </Field>
      <Field label="E-mail" error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          {...form.register("email")}
        />
      </Field>
      <Field label="Password" error={errors.password?.message}>
        <PasswordInput autoComplete="new-password" {...form.register("password")} />
      </Field>
      <PasswordRule password={password} />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        className="w-full"
        loading={isSubmitting || (isSubmitSuccessful && !errors.root)}
      >
        Set up and sign in
      </Button>
    </Form>
  );
}

/** The setup answers a bearer token, for tools. Here the cookie takes its place. */
async function endSession(token: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  // Should it fail, the token was never seen by anyone and ends by itself.
  await fetch(apiUrl("/fleet/logout"), { method: "POST", headers }).catch(() => undefined);
}

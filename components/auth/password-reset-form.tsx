"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useForm, useWatch } from "react-hook-form";
import type { z } from "zod";
import { signOut } from "#components/layout/sign-out.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { usePerformRequiredPasswordReset } from "#lib/users/client.ts";
import { newPasswordBody } from "#lib/users/schema.ts";
import { safeNext } from "./enter.ts";
import { PasswordRule } from "./password-rule.tsx";

type Values = z.output<typeof newPasswordBody>;

export function PasswordResetForm() {
  const search = useSearchParams();
  const reset = usePerformRequiredPasswordReset();
  const leave = useMutation({ mutationFn: signOut });
  const form = useForm({
    resolver: zodResolver(newPasswordBody),
    defaultValues: { new_password: "" },
  });
  const password = useWatch({ control: form.control, name: "new_password" });
  const { errors, isSubmitting, isSubmitSuccessful } = form.formState;

  async function submit(values: Values) {
    await reset.mutateAsync(values);
    window.location.assign(safeNext(search.get("next")));
  }

  return (
    <Form form={form} onSubmit={submit}>
      <Field label="New password" error={errors.new_password?.message}>
        <PasswordInput autoComplete="new-password" autoFocus {...form.register("new_password")} />
      </Field>
      <PasswordRule password={password} />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        className="w-full"
        loading={isSubmitting || (isSubmitSuccessful && !errors.root)}
      >
        Save and continue
      </Button>
      <Button
        variant="ghost"
        className="w-full"
        loading={leave.isPending}
        onClick={() => leave.mutate()}
      >
        Sign out
      </Button>
    </Form>
  );
}

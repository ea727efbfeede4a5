"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { type UseFormReturn, useForm, useWatch } from "react-hook-form";
import { PasswordRule } from "#components/auth/password-rule.tsx";
import { isAdmin, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { PasswordInput } from "#components/ui/password-input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { UserJson } from "#lib/users/schema.ts";
import { givableTeams } from "./givable-teams.ts";
import { RoleFields } from "./role-fields.tsx";
import { useSaveUser } from "./use-save-user.ts";
import { knownUserSchema, newUserSchema, type UserValues, userValues } from "./user-values.ts";

interface UserFormProps {
  user?: UserJson;
  teamId?: number;
  onCancel: () => void;
  /** With the token of a new API-only user. */
  onDone: (token: string | undefined) => void;
}

const KINDS = [
  { value: "person", label: "Person" },
  { value: "api", label: "API only" },
] as const;

export function UserForm({ user, teamId, onCancel, onDone }: UserFormProps) {
  const viewer = useViewer();
  const save = useSaveUser(user);
  const form = useForm<UserValues>({
    resolver: zodResolver(user ? knownUserSchema : newUserSchema),
    defaultValues: userValues(user, teamId),
  });
  const { errors, isSubmitting } = form.formState;
  const [apiOnly, roles] = useWatch({ control: form.control, name: ["api_only", "roles"] });
  const isSelf = user !== undefined && user.id === viewer?.user.id;

  async function submit(values: UserValues) {
    const token = await save(values);
    if (!token) toast.success(user ? "Changes saved." : `${values.name} can sign in now.`);
    onDone(token);
  }

  return (
    <Form form={form} onSubmit={submit}>
      {!user && (
        <Segmented
          label="Kind of user"
          options={KINDS}
          value={apiOnly ? "api" : "person"}
          onValueChange={(kind) => form.setValue("api_only", kind === "api")}
        />
      )}
      <Field label="Name" error={errors.name?.message}>
        <Input autoComplete="off" {...form.register("name")} />
      </Field>
      <Field label="E-mail" error={errors.email?.message} hint={emailHint(apiOnly, isSelf)}>
        <Input
          type="email"
          autoComplete="off"
          spellCheck={false}
          readOnly={isSelf}
          {...form.register("email")}
        />
      </Field>
      {!apiOnly && !isSelf && <PasswordFields form={form} isNew={!user} />}
      <RoleFields
        value={roles}
        onChange={(next) => form.setValue("roles", next, { shouldDirty: true })}
        teams={givableTeams(viewer)}
        mayBeGlobal={isAdmin(viewer)}
        error={errors.roles?.message ?? errors.roles?.root?.message}
      />
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isSubmitting}>
          {user ? "Save changes" : "Create user"}
        </Button>
      </DialogFooter>
    </Form>
  );
}

function emailHint(apiOnly: boolean, isSelf: boolean): string | undefined {
  if (isSelf) return "You change your own address on your account page.";
  return apiOnly ? "Names the program in the activity; nothing is ever sent to it." : undefined;
}

function PasswordFields({ form, isNew }: { form: UseFormReturn<UserValues>; isNew: boolean }) {
  const [password, forced] = useWatch({
    control: form.control,
    name: ["password", "admin_forced_password_reset"],
  });
  return (
    <>
      <Field
        label={isNew ? "First password" : "New password"}
        optional={!isNew}
        hint={isNew ? "Tell it to them yourself: Muster sends no e-mail." : undefined}
        error={form.formState.errors.password?.message}
      >
        <PasswordInput autoComplete="new-password" {...form.register("password")} />
      </Field>
      {(isNew || password !== "") && <PasswordRule password={password} />}
      {(isNew || password !== "") && (
        <ChoiceLabel
          control={
            <Checkbox
              checked={forced}
              onCheckedChange={(checked) =>
                form.setValue("admin_forced_password_reset", checked === true)
              }
            />
          }
          label="Has to choose their own at the next sign-in"
        />
      )}
    </>
  );
}

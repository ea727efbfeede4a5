"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCreateUser, useRequirePasswordReset, useUpdateUser } from "#lib/users/client.ts";
import type { UserJson } from "#lib/users/schema.ts";
import { rolesBody, type UserValues } from "./user-values.ts";

/** Saves the form: a new user, or changes of a known one. Answers a new API-only user's token. */
export function useSaveUser(user: UserJson | undefined) {
  const client = useQueryClient();
  const create = useCreateUser();
  const update = useUpdateUser();
  const requireReset = useRequirePasswordReset();

  async function createUser({ roles, password, ...values }: UserValues) {
    const body = { ...values, ...rolesBody(roles), password: values.api_only ? null : password };
    return (await create.mutateAsync(body)).token;
  }

  async function updateUser(known: UserJson, values: UserValues) {
    const { name, email, password, roles } = values;
    const change = { id: known.id, name, email, ...rolesBody(roles) };
    await update.mutateAsync(password ? { ...change, new_password: password } : change);
    if (password && values.admin_forced_password_reset) {
      await requireReset.mutateAsync({ id: known.id, require: true });
    }
  }

  return async (values: UserValues): Promise<string | undefined> => {
    const token = user ? await updateUser(user, values) : await createUser(values);
    // Teams count and list their people.
    await client.invalidateQueries({ queryKey: ["teams"] });
    return token ?? undefined;
  };
}

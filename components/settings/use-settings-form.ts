"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { type DefaultValues, type FieldValues, useForm } from "react-hook-form";
import type { z } from "zod";
import { toast } from "#components/ui/toast.tsx";
import { useUpdateSettings } from "#lib/settings/client.ts";
import type { SettingsJson } from "#lib/settings/config-schema.ts";

/**
 * A form over some of the settings, which saves only what was changed in it: two admins on the
 * same page do not undo each other's work.
 */
export function useSettingsForm<Values extends FieldValues & Partial<SettingsJson>>(
  schema: z.ZodType<Values, Values>,
  values: Values,
) {
  const update = useUpdateSettings();
  const form = useForm<Values, unknown, Values>({
    resolver: zodResolver(schema),
    defaultValues: values as DefaultValues<Values>,
    values,
    resetOptions: { keepDirtyValues: true },
  });

  async function save(given: Values): Promise<void> {
    const dirty = Object.keys(form.formState.dirtyFields);
    const patch = Object.fromEntries(
      Object.entries(given).filter(([name]) => dirty.includes(name)),
    );
    await update.mutateAsync(patch);
    form.reset(given);
    toast.success("Settings saved.");
  }

  return { form, save };
}

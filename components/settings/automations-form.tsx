"use client";

import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({ webhook_interval_seconds: true });

interface AutomationsFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function AutomationsForm({ settings, editable }: AutomationsFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  const { errors, isDirty, isSubmitting } = form.formState;
  return (
    <Card
      title="Automations"
      description={
        <>
          Where hosts that begin to fail are told of is set up with the{" "}
          <Link href="/policies" className="underline underline-offset-3 hover:text-ink">
            policies
          </Link>
          .
        </>
      }
    >
      <Form form={form} onSubmit={save}>
        <Field
          label="Seconds between requests about the same policy"
          hint="Hosts that begin to fail meanwhile go together. 86,400 is one request a day."
          error={errors.webhook_interval_seconds?.message}
          className="max-w-sm"
        >
          <Input
            type="number"
            min={1}
            readOnly={!editable}
            {...form.register("webhook_interval_seconds", { valueAsNumber: true })}
          />
        </Field>
        <SaveBar
          editable={editable}
          isDirty={isDirty}
          isSubmitting={isSubmitting}
          onUndo={() => form.reset(undefined, { keepDirtyValues: false })}
        />
      </Form>
    </Card>
  );
}

"use client";

import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { Form } from "#components/ui/form.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({ webhook_interval_seconds: true });

interface AutomationsFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function AutomationsForm({ settings, editable }: AutomationsFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
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
        <SettingsField
          form={form}
          name="webhook_interval_seconds"
          editable={editable}
          label="Seconds between requests about the same policy"
          hint="Hosts that begin to fail meanwhile go together. 86,400 is one request a day."
          className="max-w-sm"
          type="number"
          min={1}
        />
        <SaveBar form={form} editable={editable} />
      </Form>
    </Card>
  );
}

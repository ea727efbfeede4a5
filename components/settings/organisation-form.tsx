"use client";

import { Card } from "#components/ui/card.tsx";
import { Form } from "#components/ui/form.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({
  org_name: true,
  org_logo_url: true,
  contact_url: true,
  server_url: true,
});

interface OrganisationFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function OrganisationForm({ settings, editable }: OrganisationFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  return (
    <Card title="Organisation">
      <Form form={form} onSubmit={save}>
        <div className="grid gap-4 sm:grid-cols-2">
          <SettingsField
            form={form}
            name="org_name"
            editable={editable}
            label="Name"
            hint="Shown where people sign in, and on My device."
          />
          <SettingsField
            form={form}
            name="server_url"
            editable={editable}
            label="Server URL"
            hint="How hosts and people reach this server. Empty: the address it was started with."
            type="url"
            placeholder="https://muster.example.com"
          />
          <SettingsField
            form={form}
            name="contact_url"
            editable={editable}
            label="Help link"
            optional
            hint="Where people go who cannot fix their machine themselves."
          />
          <SettingsField
            form={form}
            name="org_logo_url"
            editable={editable}
            label="Logo URL"
            optional
            hint="For Fleet's clients; the console loads no foreign pictures."
          />
        </div>
        <SaveBar form={form} editable={editable} />
      </Form>
    </Card>
  );
}

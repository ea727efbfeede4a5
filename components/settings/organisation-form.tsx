"use client";

import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
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
  const { errors, isDirty, isSubmitting } = form.formState;
  return (
    <Card title="Organisation">
      <Form form={form} onSubmit={save}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Name"
            hint="Shown where people sign in, and on My device."
            error={errors.org_name?.message}
          >
            <Input readOnly={!editable} {...form.register("org_name")} />
          </Field>
          <Field
            label="Server URL"
            hint="How hosts and people reach this server. Empty: the address it was started with."
            error={errors.server_url?.message}
          >
            <Input
              type="url"
              readOnly={!editable}
              placeholder="https://muster.example.com"
              {...form.register("server_url")}
            />
          </Field>
          <Field
            label="Help link"
            optional
            hint="Where people go who cannot fix their machine themselves."
            error={errors.contact_url?.message}
          >
            <Input readOnly={!editable} {...form.register("contact_url")} />
          </Field>
          <Field
            label="Logo URL"
            optional
            hint="For Fleet's clients; the console loads no foreign pictures."
            error={errors.org_logo_url?.message}
          >
            <Input readOnly={!editable} {...form.register("org_logo_url")} />
          </Field>
        </div>
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

"use client";

import { useWatch } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Form } from "#components/ui/form.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({ gitops_mode_enabled: true, repository_url: true });

interface GitopsFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function GitopsForm({ settings, editable }: GitopsFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  const enabled = useWatch({ control: form.control, name: "gitops_mode_enabled" });
  return (
    <Card
      title="GitOps mode"
      description="For policies, labels, teams, exemptions and settings that are kept as files in a repository."
    >
      <Form form={form} onSubmit={save}>
        <ChoiceLabel
          label="Edit policies, labels, teams, exemptions and settings in the repository only"
          hint="The console then shows where instead of edit buttons. The API and the command line still write."
          control={
            <Checkbox
              checked={enabled}
              disabled={!editable}
              onCheckedChange={(on) =>
                form.setValue("gitops_mode_enabled", on === true, { shouldDirty: true })
              }
            />
          }
        />
        <SettingsField
          form={form}
          name="repository_url"
          editable={editable}
          label="Repository URL"
          optional={!enabled}
          hint="Where people are sent who want to change something."
          type="url"
          placeholder="https://git.example.com/security/muster"
        />
        <SaveBar form={form} editable={editable} />
      </Form>
    </Card>
  );
}

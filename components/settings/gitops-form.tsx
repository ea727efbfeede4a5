"use client";

import { useWatch } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({ gitops_mode_enabled: true, repository_url: true });

interface GitopsFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function GitopsForm({ settings, editable }: GitopsFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  const { errors, isDirty, isSubmitting } = form.formState;
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
        <Field
          label="Repository URL"
          optional={!enabled}
          hint="Where people are sent who want to change something."
          error={errors.repository_url?.message}
        >
          <Input
            type="url"
            readOnly={!editable}
            placeholder="https://git.example.com/security/muster"
            {...form.register("repository_url")}
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

"use client";

import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { Input } from "#components/ui/input.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({
  history_days: true,
  flapping_changes: true,
  impact_confirm_percent: true,
});

interface HistoryFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function HistoryForm({ settings, editable }: HistoryFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  const { errors, isDirty, isSubmitting } = form.formState;
  return (
    <Card
      title="History and edits"
      description="How far back one can look, and which edits ask twice."
    >
      <Form form={form} onSubmit={save}>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Days that history is kept"
            hint="Of lists as of a past moment and of evidence: 30 to 1,100. Shortening it deletes what is older within hours."
            error={errors.history_days?.message}
          >
            <Input
              type="number"
              min={30}
              max={1_100}
              readOnly={!editable}
              {...form.register("history_days", { valueAsNumber: true })}
            />
          </Field>
          <Field
            label="Changes a day before a host counts as flapping"
            hint="Between pass and fail of one policy. A host that changes more often is marked."
            error={errors.flapping_changes?.message}
          >
            <Input
              type="number"
              min={1}
              max={100}
              readOnly={!editable}
              {...form.register("flapping_changes", { valueAsNumber: true })}
            />
          </Field>
          <Field
            label="Percent of hosts before an edit asks for the name"
            hint="Of the hosts in scope: those that come, go, begin to fail or get another verdict."
            error={errors.impact_confirm_percent?.message}
          >
            <Input
              type="number"
              min={1}
              max={100}
              readOnly={!editable}
              {...form.register("impact_confirm_percent", { valueAsNumber: true })}
            />
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

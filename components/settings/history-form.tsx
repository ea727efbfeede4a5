"use client";

import { Card } from "#components/ui/card.tsx";
import { Form } from "#components/ui/form.tsx";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";
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
  return (
    <Card
      title="History and edits"
      description="How far back one can look, and which edits ask twice."
    >
      <Form form={form} onSubmit={save}>
        <div className="grid gap-4 sm:grid-cols-2">
          <SettingsField
            form={form}
            name="history_days"
            editable={editable}
            label="Days that history is kept"
            hint="Of lists as of a past moment and of evidence: 30 to 1,100. Shortening it deletes what is older within hours."
            type="number"
            min={30}
            max={1_100}
          />
          <SettingsField
            form={form}
            name="flapping_changes"
            editable={editable}
            label="Changes a day before a host counts as flapping"
            hint="Between pass and fail of one policy. A host that changes more often is marked."
            type="number"
            min={1}
            max={100}
          />
          <SettingsField
            form={form}
            name="impact_confirm_percent"
            editable={editable}
            label="Percent of hosts before an edit asks for the name"
            hint="Of the hosts in scope: those that come, go, begin to fail or get another verdict."
            type="number"
            min={1}
            max={100}
          />
        </div>
        <SaveBar form={form} editable={editable} />
      </Form>
    </Card>
  );
}

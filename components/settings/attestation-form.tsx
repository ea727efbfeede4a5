"use client";

import { useWatch } from "react-hook-form";
import { Card } from "#components/ui/card.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { RadioGroup } from "#components/ui/radio-group.tsx";
import { formatDuration } from "#lib/format.ts";
import { type SettingsJson, settingsJson } from "#lib/settings/config-schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";
import { useSettingsForm } from "./use-settings-form.ts";

const schema = settingsJson.pick({
  gate: true,
  pass_cache_seconds: true,
  device_link_seconds: true,
});

const GATES = [
  {
    value: "critical",
    label: "Critical policies only",
    hint: "Other policies are counted and shown, and stop nobody.",
  },
  {
    value: "all",
    label: "All policies",
    hint: "One failing policy of any kind stops the host.",
  },
];

interface AttestationFormProps {
  settings: SettingsJson;
  editable: boolean;
}

export function AttestationForm({ settings, editable }: AttestationFormProps) {
  const { form, save } = useSettingsForm(schema, schema.parse(settings));
  const [gate, cache, link] = useWatch({
    control: form.control,
    name: ["gate", "pass_cache_seconds", "device_link_seconds"],
  });
  return (
    <Card
      title="Attestation"
      description="What gateways and identity providers are told when they ask whether a host may pass."
    >
      <Form form={form} onSubmit={save}>
        <Field label="Which policies decide?">
          <RadioGroup
            framed
            disabled={!editable}
            options={GATES}
            value={gate}
            onValueChange={(value) =>
              form.setValue("gate", schema.shape.gate.parse(value), { shouldDirty: true })
            }
            className="sm:grid sm:grid-cols-2"
          />
        </Field>
        <div className="grid gap-4 sm:grid-cols-2">
          <SettingsField
            form={form}
            name="pass_cache_seconds"
            editable={editable}
            label="A pass may be remembered for, in seconds"
            aside={readable(cache)}
            hint="Never longer than its evidence is fresh. A fail is never remembered."
            type="number"
            min={0}
            max={3600}
          />
          <SettingsField
            form={form}
            name="device_link_seconds"
            editable={editable}
            label="A My device link lives for, in seconds"
            aside={readable(link)}
            hint="How long the link on an access-denied page works: 5 minutes to 30 days."
            type="number"
            min={300}
            max={2_592_000}
          />
        </div>
        <SaveBar form={form} editable={editable} />
      </Form>
    </Card>
  );
}

const readable = (seconds: number) => (Number.isFinite(seconds) ? formatDuration(seconds) : "");

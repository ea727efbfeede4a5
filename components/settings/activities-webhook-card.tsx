"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { Send } from "lucide-react";
import { useForm, useWatch } from "react-hook-form";
import { DeliveryList } from "#components/automations/delivery-list.tsx";
import { SecretSection } from "#components/automations/secret-section.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { Form } from "#components/ui/form.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { useSendTest, useUpdateActivitiesWebhook } from "#lib/webhooks/client.ts";
import { type ActivitiesWebhookJson, activitiesForm } from "#lib/webhooks/schema.ts";
import { SaveBar } from "./save-bar.tsx";
import { SettingsField } from "./settings-field.tsx";

const OWNER = { kind: "activities", teamId: null } as const;

interface ActivitiesWebhookCardProps {
  webhook: ActivitiesWebhookJson;
  editable: boolean;
  /** Send tests and change the secret, which is in no repository. */
  maySend: boolean;
}

export function ActivitiesWebhookCard({ webhook, editable, maySend }: ActivitiesWebhookCardProps) {
  const update = useUpdateActivitiesWebhook();
  const form = useForm<ActivitiesWebhookJson, unknown, ActivitiesWebhookJson>({
    resolver: zodResolver(activitiesForm),
    defaultValues: webhook,
  });
  const { isDirty } = form.formState;
  const enabled = useWatch({ control: form.control, name: "enable_activities_webhook" });

  async function save(given: ActivitiesWebhookJson) {
    await update.mutateAsync(given);
    form.reset(given);
    toast.success("Settings saved.");
  }

  return (
    <Card
      title="Activities webhook"
      description="Sends every activity to another system, reminders of exemptions included."
    >
      <Form form={form} onSubmit={save}>
        <ChoiceLabel
          label="Send activities"
          hint="One request for each, within seconds."
          control={
            <Checkbox
              checked={enabled}
              disabled={!editable}
              onCheckedChange={(on) =>
                form.setValue("enable_activities_webhook", on === true, { shouldDirty: true })
              }
            />
          }
        />
        <SettingsField
          form={form}
          name="destination_url"
          editable={editable}
          label="Destination URL"
          type="url"
          placeholder="https://siem.example.com/muster"
        />
        <SaveBar form={form} editable={editable} />
      </Form>
      {maySend && <Sending ready={!isDirty && webhook.destination_url !== ""} />}
    </Card>
  );
}

function Sending({ ready }: { ready: boolean }) {
  const test = useSendTest(OWNER);

  async function sendTest() {
    const problem = await test.mutateAsync(undefined).then(() => null, errorMessage);
    if (problem) toast.error(problem);
  }

  return (
    <div className="mt-4 space-y-4 border-line border-t pt-4">
      <SecretSection owner={OWNER} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-medium text-sm">Recent deliveries</h3>
        <Button size="sm" onClick={sendTest} loading={test.isPending} disabled={!ready}>
          <Send aria-hidden />
          Send a test
        </Button>
      </div>
      <div className="max-h-80 overflow-y-auto">
        <DeliveryList owner={OWNER} mayEdit />
      </div>
    </div>
  );
}

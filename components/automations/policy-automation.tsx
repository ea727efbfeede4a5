"use client";

import { useQuery } from "@tanstack/react-query";
import { useViewer } from "#components/layout/viewer.ts";
import { KeyValue } from "#components/ui/key-values.tsx";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { automationOptions } from "#lib/webhooks/client.ts";
import { urlOf } from "#lib/webhooks/schema.ts";
import { maySeeAutomation } from "./automations.tsx";

/** Who is told when hosts begin to fail the policy. */
export function PolicyAutomation({ policy }: { policy: PolicyJson }) {
  const mayRead = maySeeAutomation(useViewer(), policy.team_id);
  const { data } = useQuery({ ...automationOptions(policy.team_id), enabled: mayRead });
  if (!data) return null;
  const webhook = data.failing_policies_webhook;
  const isChosen = webhook.policy_ids.includes(policy.id);
  const isOn = isChosen && webhook.enable_failing_policies_webhook;
  const host = urlOf(webhook.destination_url)?.hostname ?? "";
  return (
    <KeyValue label="Automation">
      {isOn ? `Webhook to ${host}` : isChosen ? "Webhook, switched off" : "None"}
    </KeyValue>
  );
}

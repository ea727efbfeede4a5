import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#lib/http/client.ts";
import type {
  AutomationJson,
  DeliveriesJson,
  DeliveryJson,
  FailingPoliciesJson,
  WebhookKind,
} from "./schema.ts";

/** Somebody who pressed "Send a test" is waiting to see what becomes of it. */
const REFETCH_MS = 2_000;
/** As many as one looks through to find out why something did not arrive. */
const DELIVERIES_SHOWN = 50;

/** teamId null: the webhook of all teams' policies. */
export interface WebhookOwner {
  kind: WebhookKind;
  teamId: number | null;
}

export const webhookKeys = {
  all: ["webhooks"] as const,
  automation: (teamId: number | null) => ["webhooks", "automation", teamId] as const,
  deliveries: ({ kind, teamId }: WebhookOwner) => ["webhooks", "deliveries", kind, teamId] as const,
};

export const automationOptions = (teamId: number | null) =>
  queryOptions({
    queryKey: webhookKeys.automation(teamId),
    queryFn: ({ signal }) =>
      api.get<AutomationJson>("/muster/automations", { query: { team_id: teamId }, signal }),
  });

export const deliveriesOptions = (owner: WebhookOwner) =>
  queryOptions({
    queryKey: webhookKeys.deliveries(owner),
    queryFn: ({ signal }) => {
      const query = { kind: owner.kind, team_id: owner.teamId, per_page: DELIVERIES_SHOWN };
      return api.get<DeliveriesJson>("/muster/deliveries", { query, signal });
    },
    refetchInterval: REFETCH_MS,
  });

function useWebhookMutation<I, O>(mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () =>
      Promise.all(
        [webhookKeys.all, ["settings"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      ),
  });
}

export const useUpdateAutomation = (teamId: number | null) =>
  useWebhookMutation((body: Partial<FailingPoliciesJson>) =>
    api.patch<AutomationJson>("/muster/automations", { query: { team_id: teamId }, body }),
  );

export const useUpdateActivitiesWebhook = () =>
  useWebhookMutation((activities_webhook: object) =>
    api.patch("/fleet/config", { body: { webhook_settings: { activities_webhook } } }),
  );

const bodyOf = ({ kind, teamId }: WebhookOwner) => ({ kind, team_id: teamId });

export const useRenewSecret = (owner: WebhookOwner) =>
  useWebhookMutation(() =>
    api.post<{ secret: string }>("/muster/automations/secret", { body: bodyOf(owner) }),
  );

export const useSendTest = (owner: WebhookOwner) =>
  useWebhookMutation(() =>
    api.post<{ delivery: DeliveryJson }>("/muster/automations/test", { body: bodyOf(owner) }),
  );

export const useSendAgain = () =>
  useWebhookMutation((id: number) =>
    api.post<{ delivery: DeliveryJson }>(`/muster/deliveries/${id}/resend`),
  );

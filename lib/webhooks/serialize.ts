import type {
  ActivitiesWebhookJson,
  DeliveryEvent,
  DeliveryJson,
  DeliveryStatus,
  FailingPoliciesJson,
} from "./schema.ts";
import type { NamedDelivery } from "./sql.ts";
import type { Webhook } from "./webhook.ts";

export const serializeFailing = (webhook: Webhook): FailingPoliciesJson => ({
  enable_failing_policies_webhook: webhook.enabled,
  destination_url: webhook.url,
  policy_ids: webhook.policyIds,
  host_batch_size: webhook.hostBatchSize,
  enable_recovered_webhook: webhook.tellsRecovered,
});

export const serializeActivitiesWebhook = (webhook: Webhook): ActivitiesWebhookJson => ({
  enable_activities_webhook: webhook.enabled,
  destination_url: webhook.url,
});

export const serializeAutomation = (webhook: Webhook) => ({
  failing_policies_webhook: serializeFailing(webhook),
});

export function serializeDelivery(row: NamedDelivery): DeliveryJson {
  const { delivery, policyName, activityType } = row;
  const { policyId } = delivery;
  return {
    id: delivery.id,
    webhook_id: delivery.uid,
    event: delivery.event as DeliveryEvent,
    status: delivery.status as DeliveryStatus,
    policy: policyId === null ? null : { id: policyId, name: policyName ?? "<deleted>" },
    hosts: delivery.hostIds?.length ?? null,
    sent_hosts: delivery.sentHosts,
    activity_type: activityType,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    created_at: delivery.createdAt.toISOString(),
    attempted_at: delivery.attemptedAt?.toISOString() ?? null,
    next_attempt_at: delivery.status === "waiting" ? delivery.nextAttemptAt.toISOString() : null,
  };
}

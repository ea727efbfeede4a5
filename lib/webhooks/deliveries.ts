import { randomUUID } from "node:crypto";
import { databaseNow, transaction } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, invalid, notFound } from "#lib/errors.ts";
import { pageMeta, pagingOf } from "#lib/http/list-options.ts";
import type { DeliveriesJson, DeliveryJson, ListDeliveries } from "./schema.ts";
import { serializeDelivery } from "./serialize.ts";
import {
  clearSent,
  type DeliveryRow,
  insertDeliveries,
  selectDeliveries,
  selectDelivery,
  type WebhookKey,
} from "./sql.ts";
import { authorizeWebhook, choiceOf, keyOf, readWebhook, type WebhookChoice } from "./webhook.ts";

type Content = Pick<DeliveryRow, "event"> &
  Partial<Pick<DeliveryRow, "policyId" | "hostIds" | "activityId">>;

/** A delivery that waits to be sent. */
export const newDelivery = (key: WebhookKey, content: Content, at: Date) => ({
  ...key,
  ...content,
  uid: randomUUID(),
  nextAttemptAt: at,
  createdAt: at,
});

/** What a webhook sent or is about to, the newest first. */
export async function listDeliveries(
  viewer: Viewer,
  query: ListDeliveries,
): Promise<DeliveriesJson> {
  const choice: WebhookChoice = { kind: query.kind, teamId: query.team_id ?? null };
  authorizeWebhook(viewer, choice, "read");
  const paging = pagingOf(query);
  const found = await selectDeliveries(database(), keyOf(choice), {
    status: query.status,
    descending: query.order_direction !== "asc",
    offset: paging.offset,
    limit: paging.limit + 1,
  });
  const { rows, meta } = pageMeta(found, paging);
  return { deliveries: rows.map(serializeDelivery), meta };
}

/** Sends something harmless the way everything is sent, also while the webhook is off. */
export async function sendTest(viewer: Viewer, choice: WebhookChoice): Promise<DeliveryJson> {
  authorizeWebhook(viewer, choice, "write");
  const { url } = await readWebhook(database(), choice);
  if (url === "") throw invalid("destination_url", "Save the URL to send to first");
  return enqueue(keyOf(choice), { event: "test" });
}

/** The same once more, as a delivery of its own: receivers skip an id that they took already. */
export async function sendAgain(viewer: Viewer, id: number): Promise<DeliveryJson> {
  const found = await selectDelivery(database(), id);
  // Whoever may write none learns nothing of which ids there are.
  const before = found?.delivery as (DeliveryRow & WebhookKey) | undefined;
  authorizeWebhook(
    viewer,
    before ? choiceOf(before) : { kind: "failing_policies", teamId: null },
    "write",
  );
  if (!before) throw notFound(`Delivery ${id}`);
  if (before.status === "waiting") {
    throw conflict("This delivery is still waiting: it will be sent by itself");
  }
  const { kind, teamKey, event, policyId, hostIds, activityId } = before;
  return enqueue({ kind, teamKey }, { event, policyId, hostIds, activityId });
}

async function enqueue(key: WebhookKey, content: Content): Promise<DeliveryJson> {
  const { event, policyId, hostIds } = content;
  const row = await transaction(database(), async (tx) => {
    const at = await databaseNow(tx);
    if (event === "failing" && policyId && hostIds) await clearSent(tx, policyId, hostIds);
    const id = await insertDeliveries(tx, [newDelivery(key, content, at)]);
    return selectDelivery(tx, id);
  });
  if (!row) throw notFound("The delivery");
  return serializeDelivery(row);
}

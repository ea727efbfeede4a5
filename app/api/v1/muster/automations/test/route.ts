import { route } from "#lib/http/route.ts";
import { sendTest } from "#lib/webhooks/deliveries.ts";
import { type DeliveryJson, deliveryReply, webhookChoice } from "#lib/webhooks/schema.ts";

export const POST = route(
  {
    summary: "Send a test to a webhook, also while it is off; its delivery tells what became of it",
    body: webhookChoice,
    reply: (delivery: DeliveryJson) => ({ delivery }),
    response: deliveryReply,
  },
  ({ viewer, body }) => sendTest(viewer, { kind: body.kind, teamId: body.team_id ?? null }),
);

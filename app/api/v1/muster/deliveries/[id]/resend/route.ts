import { route } from "#lib/http/route.ts";
import { sendAgain } from "#lib/webhooks/deliveries.ts";
import { type DeliveryJson, deliveryParams, deliveryReply } from "#lib/webhooks/schema.ts";

export const POST = route(
  {
    summary: "Send a delivery again, as a new one about those of its hosts that still stand so",
    params: deliveryParams,
    reply: (delivery: DeliveryJson) => ({ delivery }),
    response: deliveryReply,
  },
  ({ viewer, params }) => sendAgain(viewer, params.id),
);

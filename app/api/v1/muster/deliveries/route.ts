import { route } from "#lib/http/route.ts";
import { listDeliveries } from "#lib/webhooks/deliveries.ts";
import { deliveriesReply, listDeliveriesQuery } from "#lib/webhooks/schema.ts";

export const GET = route(
  {
    summary: "What a webhook sent in the last 30 days or is about to send, the newest first",
    query: listDeliveriesQuery,
    response: deliveriesReply,
  },
  ({ viewer, query }) => listDeliveries(viewer, query),
);

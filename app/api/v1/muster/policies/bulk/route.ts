import { route } from "#lib/http/route.ts";
import { bulkBody, bulkReply } from "#lib/policies/action-schema.ts";
import { changePolicies } from "#lib/policies/bulk.ts";

export const POST = route(
  {
    summary: "Do one thing to many policies: to all of them, or to none",
    body: bulkBody,
    response: bulkReply,
  },
  ({ viewer, body }) => changePolicies(viewer, body),
);

import { route } from "#lib/http/route.ts";
import { previewBulk } from "#lib/impact/bulk.ts";
import { bulkImpactJson } from "#lib/impact/schema.ts";
import { bulkBody } from "#lib/policies/action-schema.ts";

export const POST = route(
  {
    summary: "What doing one thing to many policies would do, in numbers; nothing is changed",
    body: bulkBody,
    response: bulkImpactJson,
  },
  ({ viewer, body }) => previewBulk(viewer, body),
);

import { route } from "#lib/http/route.ts";
import { previewImpact } from "#lib/impact/impact.ts";
import { impactBody, impactJson } from "#lib/impact/schema.ts";

export const POST = route(
  {
    summary: "What saving a policy would do, in numbers of hosts; nothing is changed",
    body: impactBody,
    response: impactJson,
  },
  ({ viewer, body }) => previewImpact(viewer, body),
);

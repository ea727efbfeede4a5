import { route } from "#lib/http/route.ts";
import { setPaused } from "#lib/policies/actions.ts";
import { policyParams, policyReply } from "#lib/policies/schema.ts";
import { reasonBody } from "#lib/policies/version-schema.ts";

export const POST = route(
  {
    summary: "Ask nobody a policy; its answers stay as they are and gate nobody",
    params: policyParams,
    body: reasonBody,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params, body }) => setPaused(viewer, params.id, true, body.reason),
);

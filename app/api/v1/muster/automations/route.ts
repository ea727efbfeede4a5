import { route } from "#lib/http/route.ts";
import { patchOfFailing } from "#lib/webhooks/change.ts";
import { automationReply, failingPoliciesBody, ownerQuery } from "#lib/webhooks/schema.ts";
import { serializeAutomation } from "#lib/webhooks/serialize.ts";
import { getWebhook, updateWebhookSettings } from "#lib/webhooks/webhooks.ts";

export const GET = route(
  {
    summary: "Where hosts that begin to fail a policy are told of; team_id 0 is no team",
    query: ownerQuery,
    reply: serializeAutomation,
    response: automationReply,
  },
  ({ viewer, query }) =>
    getWebhook(viewer, { kind: "failing_policies", teamId: query.team_id ?? null }),
);

export const PATCH = route(
  {
    summary: "Change the given parts of it",
    query: ownerQuery,
    body: failingPoliciesBody,
    reply: serializeAutomation,
    response: automationReply,
  },
  ({ viewer, query, body }) =>
    updateWebhookSettings(viewer, {
      kind: "failing_policies",
      teamId: query.team_id ?? null,
      ...patchOfFailing(body),
    }),
);

import { resetAutomations } from "#lib/automations/automations.ts";
import { resetAutomationsBody } from "#lib/automations/schema.ts";
import { route } from "#lib/http/route.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const POST = route(
  {
    summary: "Tell webhooks again of all hosts that fail these policies, or these teams' policies",
    body: resetAutomationsBody,
    response: emptyReply,
  },
  ({ viewer, body }) => resetAutomations(viewer, body),
);

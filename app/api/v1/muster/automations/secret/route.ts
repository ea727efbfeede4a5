import { route } from "#lib/http/route.ts";
import { secretReply, webhookChoice } from "#lib/webhooks/schema.ts";
import { renewSecret } from "#lib/webhooks/webhooks.ts";

export const POST = route(
  {
    summary: "Make a new secret to sign a webhook's deliveries with; it is shown this once",
    body: webhookChoice,
    reply: (secret: string) => ({ secret }),
    response: secretReply,
  },
  ({ viewer, body }) => renewSecret(viewer, { kind: body.kind, teamId: body.team_id ?? null }),
);

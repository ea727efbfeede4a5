import { rotateSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import { rotateBody, secretsReply } from "#lib/enroll-secrets/schema.ts";
import { serializeSecrets } from "#lib/enroll-secrets/serialize.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "A new enroll secret; the present ones end after an overlap",
    body: rotateBody,
    reply: serializeSecrets,
    response: secretsReply,
  },
  ({ viewer, body }) =>
    rotateSecret(viewer, { teamId: body.team_id ?? null, overlapHours: body.overlap_hours }),
);

import { listSecrets, replaceSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { secretSpecBody, secretSpecReply } from "#lib/enroll-secrets/schema.ts";
import { serializeSecretSpec } from "#lib/enroll-secrets/serialize.ts";
import { route } from "#lib/http/route.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const GET = route(
  { summary: "The global enroll secrets", reply: serializeSecretSpec, response: secretSpecReply },
  ({ viewer }) => listSecrets(viewer, { teamId: null }),
);

export const POST = route(
  {
    summary: "Replace the global enroll secrets",
    body: secretSpecBody,
    reply: () => ({}),
    response: emptyReply,
  },
  ({ viewer, body }) => replaceSecrets(viewer, { teamId: null, ...body.spec }),
);

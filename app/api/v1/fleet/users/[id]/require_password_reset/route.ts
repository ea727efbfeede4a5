import { route } from "#lib/http/route.ts";
import { idParams, requireResetBody, userReply } from "#lib/users/schema.ts";
import { serializeUserReply } from "#lib/users/serialize.ts";
import { requirePasswordReset } from "#lib/users/users.ts";

export const POST = route(
  {
    summary: "Make a user choose a new password",
    params: idParams,
    body: requireResetBody,
    reply: serializeUserReply,
    response: userReply,
  },
  ({ viewer, params, body }) => requirePasswordReset(viewer, { ...body, ...params }),
);

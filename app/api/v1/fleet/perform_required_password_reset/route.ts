import { route } from "#lib/http/route.ts";
import { performRequiredPasswordReset } from "#lib/users/account.ts";
import { newPasswordBody, userReply } from "#lib/users/schema.ts";
import { serializeUserReply } from "#lib/users/serialize.ts";

export const POST = route(
  {
    summary: "Choose a new password when one has to",
    duringPasswordReset: true,
    body: newPasswordBody,
    reply: serializeUserReply,
    response: userReply,
  },
  ({ viewer, body }) => performRequiredPasswordReset(viewer, body),
);

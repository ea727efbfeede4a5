import { route } from "#lib/http/route.ts";
import { changePassword } from "#lib/users/account.ts";
import { changePasswordBody, emptyReply } from "#lib/users/schema.ts";

export const POST = route(
  {
    summary: "Change one's password, which ends all other sessions",
    duringPasswordReset: true,
    body: changePasswordBody,
    response: emptyReply,
  },
  ({ viewer, body }) => changePassword(viewer, body),
);

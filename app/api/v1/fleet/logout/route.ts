import { route } from "#lib/http/route.ts";
import { logout } from "#lib/users/login.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const POST = route(
  { summary: "End the session of this request", duringPasswordReset: true, response: emptyReply },
  ({ viewer }) => logout(viewer),
);

import { route } from "#lib/http/route.ts";
import { getMe } from "#lib/users/account.ts";
import { meReply } from "#lib/users/schema.ts";
import { serializeMe } from "#lib/users/serialize.ts";

export const GET = route(
  {
    summary: "One's own account and the teams one may see",
    duringPasswordReset: true,
    reply: serializeMe,
    response: meReply,
  },
  ({ viewer }) => getMe(viewer),
);

import { route } from "#lib/http/route.ts";
import { setupBody, setupReply } from "#lib/setup/schema.ts";
import { serializeSetup, setUp } from "#lib/setup/setup.ts";
import { originOf } from "#lib/users/login.ts";

export const POST = route(
  {
    summary: "Make the first admin, the organisation and the first enroll secret",
    access: "public",
    beforeSetup: "only",
    body: setupBody,
    reply: serializeSetup,
    response: setupReply,
  },
  ({ body, request }) => setUp(body, originOf(request.headers)),
);

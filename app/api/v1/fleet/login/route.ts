import { route } from "#lib/http/route.ts";
import { login, originOf } from "#lib/users/login.ts";
import { loginBody, loginReply } from "#lib/users/schema.ts";
import { serializeLogin } from "#lib/users/serialize.ts";

export const POST = route(
  {
    summary: "Sign in with a password; answers a bearer token",
    access: "public",
    body: loginBody,
    reply: serializeLogin,
    response: loginReply,
  },
  ({ body, request }) => login(body, originOf(request.headers)),
);

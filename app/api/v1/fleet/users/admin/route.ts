import { route } from "#lib/http/route.ts";
import { createUserBody, createUserReply } from "#lib/users/schema.ts";
import { serializeNewUser } from "#lib/users/serialize.ts";
import { createUser } from "#lib/users/users.ts";

export const POST = route(
  {
    summary: "Create a user; for an API-only one the answer has the token",
    body: createUserBody,
    reply: serializeNewUser,
    response: createUserReply,
  },
  ({ viewer, body }) => createUser(viewer, body),
);

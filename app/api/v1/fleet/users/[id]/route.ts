import { route } from "#lib/http/route.ts";
import { emptyReply, idParams, updateUserBody, userReply } from "#lib/users/schema.ts";
import { serializeUserReply } from "#lib/users/serialize.ts";
import { deleteUser, getUser, updateUser } from "#lib/users/users.ts";

export const GET = route(
  { summary: "Get a user", params: idParams, reply: serializeUserReply, response: userReply },
  ({ viewer, params }) => getUser(viewer, params),
);

export const PATCH = route(
  {
    summary: "Change a user's account or roles",
    params: idParams,
    body: updateUserBody,
    reply: serializeUserReply,
    response: userReply,
  },
  ({ viewer, params, body }) => updateUser(viewer, { ...body, ...params }),
);

export const DELETE = route(
  { summary: "Delete a user", params: idParams, response: emptyReply },
  ({ viewer, params }) => deleteUser(viewer, params),
);

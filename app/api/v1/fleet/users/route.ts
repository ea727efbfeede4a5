import { route } from "#lib/http/route.ts";
import { listUsersQuery, userListReply } from "#lib/users/schema.ts";
import { serializeUsers } from "#lib/users/serialize.ts";
import { listUsers } from "#lib/users/users.ts";

export const GET = route(
  { summary: "List users", query: listUsersQuery, reply: serializeUsers, response: userListReply },
  ({ viewer, query }) => listUsers(viewer, query),
);

import { route } from "#lib/http/route.ts";
import { emptyReply, idParams } from "#lib/users/schema.ts";
import { revokeSession } from "#lib/users/tokens.ts";

export const DELETE = route(
  { summary: "End a session or revoke a token", params: idParams, response: emptyReply },
  ({ viewer, params }) => revokeSession(viewer, params),
);

import { route } from "#lib/http/route.ts";
import { emptyReply, fleetSession, idParams } from "#lib/users/schema.ts";
import { serializeFleetSession } from "#lib/users/serialize.ts";
import { getSession, revokeSession } from "#lib/users/tokens.ts";

export const GET = route(
  {
    summary: "Get a session",
    params: idParams,
    reply: serializeFleetSession,
    response: fleetSession,
  },
  ({ viewer, params }) => getSession(viewer, params),
);

export const DELETE = route(
  { summary: "End a session", params: idParams, response: emptyReply },
  ({ viewer, params }) => revokeSession(viewer, params),
);

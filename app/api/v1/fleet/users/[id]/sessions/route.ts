import { route } from "#lib/http/route.ts";
import { emptyReply, fleetSessionsReply, idParams } from "#lib/users/schema.ts";
import { serializeFleetSessions } from "#lib/users/serialize.ts";
import { listSessionsOf, revokeSessionsOf } from "#lib/users/tokens.ts";

export const GET = route(
  {
    summary: "List a user's sessions",
    params: idParams,
    reply: serializeFleetSessions,
    response: fleetSessionsReply,
  },
  ({ viewer, params }) => listSessionsOf(viewer, params),
);

export const DELETE = route(
  { summary: "End all sessions of a user", params: idParams, response: emptyReply },
  ({ viewer, params }) => revokeSessionsOf(viewer, params),
);

import { route } from "#lib/http/route.ts";
import { sessionsReply } from "#lib/users/schema.ts";
import { serializeSessions } from "#lib/users/serialize.ts";
import { listOwnSessions } from "#lib/users/tokens.ts";

export const GET = route(
  { summary: "List one's own sessions", reply: serializeSessions, response: sessionsReply },
  ({ viewer }) => listOwnSessions(viewer),
);

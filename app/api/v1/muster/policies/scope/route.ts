import { route } from "#lib/http/route.ts";
import { scopeBody, scopeReply } from "#lib/impact/schema.ts";
import { countScope } from "#lib/impact/scopes.ts";

export const POST = route(
  {
    summary: "How many hosts a new policy of a team, some platforms and labels would ask",
    body: scopeBody,
    response: scopeReply,
  },
  ({ viewer, body }) => countScope(viewer, body),
);

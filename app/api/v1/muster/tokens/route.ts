import { route } from "#lib/http/route.ts";
import { createTokenBody, createTokenReply, tokensReply } from "#lib/users/schema.ts";
import { serializeTokens } from "#lib/users/serialize.ts";
import { createOwnToken, listOwnTokens } from "#lib/users/tokens.ts";

export const GET = route(
  { summary: "List one's own API tokens", reply: serializeTokens, response: tokensReply },
  ({ viewer }) => listOwnTokens(viewer),
);

export const POST = route(
  {
    summary: "Make an API token for oneself; it is shown once",
    body: createTokenBody,
    response: createTokenReply,
  },
  ({ viewer, body }) => createOwnToken(viewer, body),
);

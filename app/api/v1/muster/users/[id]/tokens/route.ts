import { route } from "#lib/http/route.ts";
import { createTokenBody, createTokenReply, idParams, tokensReply } from "#lib/users/schema.ts";
import { serializeTokens } from "#lib/users/serialize.ts";
import { createTokenFor, listTokensOf } from "#lib/users/tokens.ts";

export const GET = route(
  {
    summary: "List the API tokens of an API-only user",
    params: idParams,
    reply: serializeTokens,
    response: tokensReply,
  },
  ({ viewer, params }) => listTokensOf(viewer, params),
);

export const POST = route(
  {
    summary: "Make an API token for an API-only user; it is shown once",
    params: idParams,
    body: createTokenBody,
    response: createTokenReply,
  },
  ({ viewer, params, body }) => createTokenFor(viewer, { ...body, ...params }),
);

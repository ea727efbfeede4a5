import { attestorOf } from "#lib/attestation/attestor.ts";
import { toResponse } from "#lib/attestation/caching.ts";
import { attestationReply } from "#lib/attestation/schema.ts";
import { database } from "#lib/database.ts";
import { requestOrigin } from "#lib/device/link.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "May this host pass? A pass may be cached, nothing else",
    params: identifierParams,
    response: attestationReply,
  },
  async ({ viewer, params, request }) =>
    toResponse(
      await attestorOf(database()).attest(viewer, params.identifier, {
        ifNoneMatch: request.headers.get("if-none-match"),
        origin: requestOrigin(request),
      }),
    ),
);

import { getAttestation } from "#lib/attestation/attestation.ts";
import { attestationReply } from "#lib/attestation/schema.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "May this host pass? A pass may be cached, nothing else",
    params: identifierParams,
    response: attestationReply,
  },
  ({ viewer, params, request }) => getAttestation(viewer, params.identifier, request),
);

import { getHostByIdentifier } from "#lib/attestation/attestation.ts";
import { hostReply } from "#lib/hosts/json.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "A host by its enrolled identity, UUID, serial number or host name",
    params: identifierParams,
    response: hostReply,
  },
  ({ viewer, params, request }) => getHostByIdentifier(viewer, params.identifier, request),
);

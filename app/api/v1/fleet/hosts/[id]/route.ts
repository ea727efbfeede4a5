import { getHost } from "#lib/attestation/attestation.ts";
import { hostReply } from "#lib/hosts/json.ts";
import { deleteHosts } from "#lib/hosts/manage.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "A host with its policies and verdict; a pass may be cached",
    params: hostParams,
    response: hostReply,
  },
  ({ viewer, params, request }) => getHost(viewer, params.id, request),
);

export const DELETE = route(
  { summary: "Delete a host", params: hostParams },
  ({ viewer, params }) => deleteHosts(viewer, [params.id]),
);

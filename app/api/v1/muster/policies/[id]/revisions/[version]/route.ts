import { route } from "#lib/http/route.ts";
import { versionParams, versionReply } from "#lib/policies/version-schema.ts";
import { getVersion } from "#lib/policies/versions.ts";

export const GET = route(
  {
    summary: "One revision of a policy",
    params: versionParams,
    response: versionReply,
    reply: (revision) => ({ revision }),
  },
  ({ viewer, params }) => getVersion(viewer, params.id, params.version),
);

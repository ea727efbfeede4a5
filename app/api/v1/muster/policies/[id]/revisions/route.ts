import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";
import { listVersionsQuery, versionListReply } from "#lib/policies/version-schema.ts";
import { listVersions } from "#lib/policies/versions.ts";

export const GET = route(
  {
    summary: "What a policy was, newest first, each with its answers and pass rate",
    params: policyParams,
    query: listVersionsQuery,
    response: versionListReply,
  },
  ({ viewer, params, query }) => listVersions(viewer, params.id, query),
);

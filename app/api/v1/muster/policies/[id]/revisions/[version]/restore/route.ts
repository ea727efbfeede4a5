import { route } from "#lib/http/route.ts";
import { policyReply } from "#lib/policies/schema.ts";
import { restoreBody, versionParams } from "#lib/policies/version-schema.ts";
import { restoreVersion } from "#lib/policies/versions.ts";

export const POST = route(
  {
    summary: "Make what a revision said the newest revision",
    params: versionParams,
    body: restoreBody,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params, body }) => restoreVersion(viewer, params.id, params.version, body),
);

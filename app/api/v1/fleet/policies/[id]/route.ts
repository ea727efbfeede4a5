import { route } from "#lib/http/route.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { invalidPolicy } from "#lib/policies/invalid.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { modifyPolicyBody, policyParams, policyReply } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "One policy",
    params: policyParams,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params }) => getPolicy(viewer, params.id),
);

export const PATCH = route(
  {
    summary: "Change the given fields of a global policy",
    params: policyParams,
    body: modifyPolicyBody,
    invalidBody: invalidPolicy,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, params, body }) => modifyPolicy(viewer, null, params.id, body),
);

import { route } from "#lib/http/route.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { invalidPolicy } from "#lib/policies/invalid.ts";
import { listPolicies } from "#lib/policies/policies.ts";
import {
  createPolicyBody,
  listPoliciesQuery,
  policyListReply,
  policyReply,
} from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "Global policies with live counts",
    query: listPoliciesQuery,
    response: policyListReply,
    reply: (policies) => ({ policies }),
  },
  ({ viewer, query }) => listPolicies(viewer, query),
);

export const POST = route(
  {
    summary: "Make a policy for all teams",
    body: createPolicyBody,
    invalidBody: invalidPolicy,
    response: policyReply,
    reply: (policy) => ({ policy }),
  },
  ({ viewer, body }) => createPolicy(viewer, null, body),
);

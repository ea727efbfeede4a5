import { route } from "#lib/http/route.ts";
import { runBody, runReply } from "#lib/policies/action-schema.ts";
import { runPolicy, runPolicyOn } from "#lib/policies/actions.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const POST = route(
  {
    summary: "Have a policy answered now by all hosts that it asks, or by some",
    params: policyParams,
    body: runBody,
    response: runReply,
  },
  async ({ viewer, params: { id }, body }) => {
    if (!body.host_ids) return { policy: await runPolicy(viewer, id), host_ids: null };
    const asked = await runPolicyOn(viewer, id, body.host_ids);
    return { policy: await getPolicy(viewer, id), host_ids: asked };
  },
);

import { route } from "#lib/http/route.ts";
import { resetPolicy } from "#lib/policies/actions.ts";
import { policyParams } from "#lib/policies/schema.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const POST = route(
  {
    summary: "Forget what hosts answered to a policy, of whichever team, and ask them again",
    params: policyParams,
    response: emptyReply,
  },
  ({ viewer, params }) => resetPolicy(viewer, params.id),
);

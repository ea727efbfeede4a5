import { costReply } from "#lib/history/history-schema.ts";
import { getCost } from "#lib/history/policy-history.ts";
import { route } from "#lib/http/route.ts";
import { policyParams } from "#lib/policies/schema.ts";

export const GET = route(
  {
    summary: "What running a policy costs hosts, by revision",
    params: policyParams,

    response: costReply,
  },
  ({ viewer, params }) => getCost(viewer, params.id),
);

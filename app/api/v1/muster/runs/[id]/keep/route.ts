import { route } from "#lib/http/route.ts";
import { keepRun } from "#lib/runs/keep.ts";
import { keepReply, keepRunBody, runParams } from "#lib/runs/schema.ts";

export const POST = route(
  {
    summary: "Make a run's answers those to a policy whose SQL is exactly what was run",
    params: runParams,
    body: keepRunBody,
    response: keepReply,
  },
  ({ viewer, params, body }) => keepRun(viewer, params.id, body.policy_id),
);

import { route } from "#lib/http/route.ts";
import { countTargets } from "#lib/runs/runs.ts";
import { countTargetsBody, targetCountReply } from "#lib/runs/schema.ts";

export const POST = route(
  {
    summary: "How many hosts a run's targets mean, and how many of them are in contact",
    body: countTargetsBody,
    response: targetCountReply,
  },
  ({ viewer, body }) => countTargets(viewer, body.targets),
);

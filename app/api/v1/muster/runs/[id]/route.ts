import { route } from "#lib/http/route.ts";
import { getRun } from "#lib/runs/runs.ts";
import { runParams, runReply } from "#lib/runs/schema.ts";
import { serializeRun, serializeTotals } from "#lib/runs/serialize.ts";

export const GET = route(
  {
    summary: "A run and how its hosts stand",
    params: runParams,
    reply: ({ run, totals, offline }) => ({
      run: serializeRun(run),
      totals: serializeTotals(totals),
      offline,
    }),
    response: runReply,
  },
  ({ viewer, params }) => getRun(viewer, params.id),
);

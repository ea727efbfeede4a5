import { route } from "#lib/http/route.ts";
import { stopRun } from "#lib/runs/runs.ts";
import { runJson, runParams } from "#lib/runs/schema.ts";
import { serializeRun } from "#lib/runs/serialize.ts";

export const POST = route(
  {
    summary: "Stop a run: no further host is handed the query",
    params: runParams,
    reply: serializeRun,
    response: runJson,
  },
  ({ viewer, params }) => stopRun(viewer, params.id),
);

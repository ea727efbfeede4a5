import { route } from "#lib/http/route.ts";
import { reportRun } from "#lib/runs/report.ts";
import { runParams } from "#lib/runs/schema.ts";

export const GET = route(
  { summary: "A run as CSV: a line for each row of each host", params: runParams },
  ({ viewer, params }) => reportRun(viewer, params.id),
);

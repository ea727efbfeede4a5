import { route } from "#lib/http/route.ts";
import { listRuns, startRun } from "#lib/runs/runs.ts";
import { listRunsQuery, runJson, runListReply, startRunBody } from "#lib/runs/schema.ts";
import { serializeRun } from "#lib/runs/serialize.ts";

export const POST = route(
  {
    summary: "Ask hosts a query now; their answers come in as they check in",
    body: startRunBody,
    reply: serializeRun,
    response: runJson,
  },
  ({ viewer, body }) => startRun(viewer, body),
);

export const GET = route(
  {
    summary: "Runs, newest first: one's own, and everybody's for those who may query every host",
    query: listRunsQuery,
    reply: ({ rows, meta }) => ({ runs: rows.map(serializeRun), meta }),
    response: runListReply,
  },
  ({ viewer, query }) => listRuns(viewer, { ...query, own: /^(1|true)$/.test(query.own ?? "") }),
);

import { verdictsQuery, verdictsReply } from "#lib/history/history-schema.ts";
import { listVerdicts } from "#lib/history/timeline.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "A host's verdicts over time, newest first",
    params: hostParams,
    query: verdictsQuery,
    response: verdictsReply,
  },
  ({ viewer, params, query }) => listVerdicts(viewer, params.id, query),
);

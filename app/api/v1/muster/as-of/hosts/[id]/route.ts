import { getHostThen } from "#lib/history/as-of.ts";
import { asOfQuery, hostThenReply } from "#lib/history/as-of-schema.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "A host and how it stood on its policies at a moment",
    params: hostParams,
    query: asOfQuery,
    response: hostThenReply,
  },
  ({ viewer, params, query }) => getHostThen(viewer, params.id, query),
);

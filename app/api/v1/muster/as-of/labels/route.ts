import { listLabelsThen } from "#lib/history/label-as-of.ts";
import { labelsThenQuery, labelsThenReply } from "#lib/history/label-as-of-schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Labels as they were at a moment, without counts: each label has its own",
    query: labelsThenQuery,
    response: labelsThenReply,
  },
  ({ viewer, query }) => listLabelsThen(viewer, query),
);

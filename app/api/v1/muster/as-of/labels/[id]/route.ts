import { getLabelThen } from "#lib/history/label-as-of.ts";
import {
  labelThenParams,
  labelThenQuery,
  labelThenReply,
} from "#lib/history/label-as-of-schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "A label, how many hosts were members and which policies went by it at a moment",
    params: labelThenParams,
    query: labelThenQuery,
    response: labelThenReply,
  },
  ({ viewer, params, query }) => getLabelThen(viewer, params.id, query),
);

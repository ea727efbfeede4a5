import {
  exemptionsThenQuery,
  exemptionsThenReply,
  listExemptionsThen,
} from "#lib/history/exemptions-then.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Who was let off which policy at a moment",
    query: exemptionsThenQuery,
    response: exemptionsThenReply,
  },
  ({ viewer, query }) => listExemptionsThen(viewer, query),
);

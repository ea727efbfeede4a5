import { exportEvidence } from "#lib/evidence/evidence.ts";
import { evidenceQuery } from "#lib/evidence/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "How policies and hosts stood through a period, as CSV, JSON Lines or HTML",
    query: evidenceQuery,
  },
  ({ viewer, query }) => exportEvidence(viewer, query),
);

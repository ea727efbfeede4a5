import { route } from "#lib/http/route.ts";
import { summarizeLabels } from "#lib/labels/labels.ts";
import { labelSummaryReply } from "#lib/labels/schema.ts";
import { serializeSummary } from "#lib/labels/serialize.ts";

export const GET = route(
  {
    summary: "Every label by name, without counts",
    response: labelSummaryReply,
    reply: serializeSummary,
  },
  ({ viewer }) => summarizeLabels(viewer),
);

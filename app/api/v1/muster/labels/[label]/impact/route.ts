import { route } from "#lib/http/route.ts";
import { previewLabel } from "#lib/impact/label.ts";
import { labelImpactJson } from "#lib/impact/schema.ts";
import { labelParams, modifyLabelBody } from "#lib/labels/schema.ts";

export const POST = route(
  {
    summary: "What changing a label would do to whom policies ask; nothing is changed",
    params: labelParams,
    body: modifyLabelBody,
    response: labelImpactJson,
  },
  ({ viewer, params, body }) => previewLabel(viewer, params.label, body),
);

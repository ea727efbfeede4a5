import { route } from "#lib/http/route.ts";
import { templateParams, templateReply } from "#lib/templates/schema.ts";
import { getTemplate } from "#lib/templates/templates.ts";

export const GET = route(
  {
    summary: "One template",
    params: templateParams,
    response: templateReply,
  },
  ({ viewer, params }) => getTemplate(viewer, params.id),
);

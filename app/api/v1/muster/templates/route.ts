import { route } from "#lib/http/route.ts";
import { templatesQuery, templatesReply } from "#lib/templates/schema.ts";
import { listTemplates } from "#lib/templates/templates.ts";

export const GET = route(
  {
    summary: "The library of policies to begin with, searched and filtered",
    query: templatesQuery,
    response: templatesReply,
  },
  ({ viewer, query }) => listTemplates(viewer, query),
);

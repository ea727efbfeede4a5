import { specQuery } from "#lib/http/list-options.ts";
import { route } from "#lib/http/route.ts";
import { getConfig, serializeConfig, updateConfig } from "#lib/settings/config.ts";
import { configBody, configReply } from "#lib/settings/config-schema.ts";

export const GET = route(
  { summary: "The configuration", reply: serializeConfig, response: configReply },
  ({ viewer }) => getConfig(viewer),
);

export const PATCH = route(
  {
    summary: "Change the given parts of the configuration",
    query: specQuery,
    body: configBody,
    strict: true,
    reply: serializeConfig,
    response: configReply,
  },
  ({ viewer, query, body }) => updateConfig(viewer, { patch: body, dryRun: query.dry_run }),
);

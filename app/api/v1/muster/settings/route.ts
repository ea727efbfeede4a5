import { route } from "#lib/http/route.ts";
import { settingsBody, settingsReply } from "#lib/settings/config-schema.ts";
import { deserializeSettings, serializeSettings } from "#lib/settings/serialize.ts";
import { getSettings, updateSettings } from "#lib/settings/settings.ts";

export const GET = route(
  { summary: "Muster's own settings", reply: serializeSettings, response: settingsReply },
  ({ viewer }) => getSettings(viewer),
);

export const PATCH = route(
  {
    summary: "Change the given settings",
    body: settingsBody,
    reply: serializeSettings,
    response: settingsReply,
  },
  ({ viewer, body }) => updateSettings(viewer, deserializeSettings(body)),
);

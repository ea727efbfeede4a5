import { route } from "#lib/http/route.ts";
import { getVersion } from "#lib/settings/config.ts";
import { versionReply } from "#lib/settings/config-schema.ts";

export const GET = route({ summary: "The server's version", response: versionReply }, getVersion);

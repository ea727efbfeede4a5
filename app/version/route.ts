import { route } from "#lib/http/route.ts";
import { getVersion } from "#lib/settings/config.ts";
import { versionReply } from "#lib/settings/config-schema.ts";

/** For simulators and probes, which ask it before anything else and without a token. */
export const GET = route(
  { summary: "The server's version", access: "public", beforeSetup: true, response: versionReply },
  getVersion,
);

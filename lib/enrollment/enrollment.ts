import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { env } from "#lib/env.ts";
import { getSettings } from "#lib/settings/settings.ts";
import type { EnrollmentJson } from "./schema.ts";

/** Where agents find this server and which authority they have to trust for it. */
export async function getEnrollment(viewer: Viewer): Promise<EnrollmentJson> {
  authorize(viewer, "config:read", GLOBAL);
  const settings = await getSettings(viewer);
  return {
    server_url: settings.serverUrl || env().serverUrl,
    ca_certificate: env().tlsSelfSigned ? await readAuthority() : null,
  };
}

/** The file that lib/tls keeps for osquery; a process that terminates no TLS may not have it. */
function readAuthority(): Promise<string | null> {
  return readFile(join(env().dataDir, "tls", "ca.pem"), "utf8").catch(() => null);
}

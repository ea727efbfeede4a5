import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openApiDocument, type RouteFile } from "#lib/openapi/document.ts";

const ROOT = join(import.meta.dirname, "..");
export const DOCUMENT_FILE = join(ROOT, "public", "openapi.json");

/** Not part of the REST API: osquery's protocol, next-auth's own endpoints, the document, the 404. */
const OTHER = /^app\/api\/((v1\/)?osquery\/|auth\/|openapi\.json\/|\[\.\.\.path\]\/)/;

/** `app/api/v1/fleet/teams/[team_id]/route.ts` is /api/v1/fleet/teams/{team_id}. */
const urlOf = (file: string) =>
  file.replace(/^app(.*)\/route\.ts$/, "$1").replace(/\[(\w+)\]/g, "{$1}");

/** Every route file of the REST API, imported. */
export async function readRoutes(): Promise<RouteFile[]> {
  const files = readdirSync(join(ROOT, "app"), { recursive: true, encoding: "utf8" })
    .map((file) => `app/${file}`)
    .filter((file) => file.endsWith("/route.ts") && !OTHER.test(file));
  return Promise.all(
    files.map(async (file) => ({
      path: urlOf(file),
      handlers: (await import(pathToFileURL(join(ROOT, file)).href)) as RouteFile["handlers"],
    })),
  );
}

/** The document as the file holds it. */
export async function writeDocument(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
  };
  return `${JSON.stringify(openApiDocument(await readRoutes(), version), null, 1)}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(DOCUMENT_FILE, await writeDocument());

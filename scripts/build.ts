import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { env } from "#lib/env.ts";
import { mustRun, withProgress } from "./run.ts";

/** Whatever the built console is made of. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "db",
  "public",
  "proxy.ts",
  "instrumentation.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "package-lock.json",
];

async function filesUnder(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(
    () => undefined,
  );
  if (!entries) return [path];
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Differs when a source differs; times do not count, since a clone has new ones. */
async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of (await Promise.all(SOURCES.map(filesUnder))).flat()) {
    const content = await readFile(file).catch(() => undefined);
    if (content) hash.update(file).update("\0").update(content).update("\0");
  }
  return hash.digest("hex");
}

/** Builds the console, unless these very sources have been built. */
export async function ensureBuild(): Promise<void> {
  const stamp = join(env().buildDir, "muster-sources");
  const sources = await hashSources();
  if ((await readFile(stamp, "utf8").catch(() => "")) === sources) return;
  await withProgress("Building the console", () =>
    mustRun(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
      NODE_ENV: "production",
    }),
  );
  await writeFile(stamp, sources);
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedMysql } from "../embedded-mysql/embedded-mysql.ts";
import { env } from "../env.ts";
import { createTemplate, type DatabaseTemplate, dropDatabase } from "./database-template.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The run's private database server, or each node of a cluster (scripts/galera.ts). */
    databaseServerUrls: [string, ...string[]];
    /** At the first of them. */
    migratedDatabase: DatabaseTemplate;
  }
}

/**
 * One database server for the whole run, in a folder that is gone afterwards; or the given ones,
 * where nothing is left but the empty ones of tests that start whole processes.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [given, ...others] = (process.env.MUSTER_TEST_DATABASE_URLS ?? "").split(",");
  if (given) {
    const template = await createTemplate(given);
    project.provide("databaseServerUrls", [given, ...others]);
    project.provide("migratedDatabase", template);
    return () => dropDatabase(given, template.name);
  }
  const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
  const server = await startEmbeddedMysql({
    dataDir: folder,
    fast: true,
    mysqld: env().mysqld,
    searchPath: env().searchPath,
  });
  project.provide("databaseServerUrls", [server.url]);
  project.provide("migratedDatabase", await createTemplate(server.url));
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

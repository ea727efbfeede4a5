import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedMysql } from "../embedded-mysql/embedded-mysql.ts";
import { env } from "../env.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The run's private database server; testDatabase() makes databases on it. */
    databaseServerUrl: string;
  }
}

/** One database server for the whole run, in a folder that is gone afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
  const server = await startEmbeddedMysql({
    dataDir: folder,
    fast: true,
    mysqld: env().mysqld,
    searchPath: env().searchPath,
  });
  project.provide("databaseServerUrl", server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

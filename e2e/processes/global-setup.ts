import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrate } from "#db/migrate.ts";
import { startEmbeddedMysql } from "#lib/embedded-mysql/embedded-mysql.ts";
import { env } from "#lib/env.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A stopped, migrated database, for TestDatabase to copy: making one takes seconds. */
    databaseTemplate: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "muster-template-"));
  const { mysqld, searchPath } = env();
  const server = await startEmbeddedMysql({ dataDir: folder, fast: true, mysqld, searchPath });
  await migrate(server.url);
  await server.stop();
  project.provide("databaseTemplate", folder);
  return () => rm(folder, { recursive: true, force: true });
}

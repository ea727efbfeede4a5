import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { releaseDatabase, setDatabase } from "#lib/database.ts";
import { startEmbeddedMysql } from "#lib/embedded-mysql/embedded-mysql.ts";
import { env } from "#lib/env.ts";

export interface World {
  db: Database;
  databaseUrl: string;
}

/**
 * A private database with the durability of the product, for the length of `work`. Servers started
 * in `work` find it in their environment.
 */
export async function withWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "muster-bench-"));
  try {
    return await withWorldIn(folder, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * As withWorld, in MUSTER_BENCH_DIR when that is set: `work` finds there what it left the last time,
 * because writing 5,000,000 rows takes minutes.
 */
export function withKeptWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  const folder = process.env.MUSTER_BENCH_DIR;
  return folder ? withWorldIn(folder, work) : withWorld(work);
}

async function withWorldIn<T>(folder: string, work: (world: World) => Promise<T>): Promise<T> {
  process.env.FLEET_SERVER_PRIVATE_KEY ||= randomBytes(32).toString("base64");
  const server = await startEmbeddedMysql({ dataDir: folder, mysqld: env().mysqld });
  try {
    await migrate(server.url);
    const db = openDatabase(server.url);
    setDatabase(db);
    return await work({ db, databaseUrl: server.url });
  } finally {
    await releaseDatabase();
    await server.stop();
  }
}

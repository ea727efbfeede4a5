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
  /** For what a server keeps beside the database. */
  folder: string;
  /** Ends what was started in it, last begun first. */
  undo: (() => Promise<void>)[];
}

/**
 * A private database with the durability of the product, for the length of `work`. Servers that
 * `work` starts end before the database does, whether it went well or not.
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
  const undo = [server.stop, releaseDatabase];
  try {
    await migrate(server.url);
    const db = openDatabase(server.url);
    setDatabase(db);
    return await work({ db, databaseUrl: server.url, folder, undo });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

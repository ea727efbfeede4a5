import { closeDatabase, type Database, openDatabase } from "#db/client.ts";
import { env } from "./env.ts";

const holder = globalThis as { musterDatabase?: Database };

/**
 * The process's pool. On globalThis because Next gives instrumentation, route handlers and
 * server.ts a copy of this module each, and three pools would take three times the connections.
 */
export function database(): Database {
  holder.musterDatabase ??= openDatabase(env().databaseUrl);
  return holder.musterDatabase;
}

/** For process entries and tests that open the pool themselves. */
export function setDatabase(db: Database): void {
  holder.musterDatabase = db;
}

export async function releaseDatabase(): Promise<void> {
  const db = holder.musterDatabase;
  holder.musterDatabase = undefined;
  if (db) await closeDatabase(db);
}

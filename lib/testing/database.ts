import { randomBytes } from "node:crypto";
import { sql } from "drizzle-orm";
import { afterAll, inject } from "vitest";
import { closeDatabase, type Database, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { setDatabase } from "../database.ts";

/** Test files run side by side on one server; the product's 20 connections each would not fit. */
const CONNECTIONS = 5;

/** A URL of a new, migrated database on the run's server, for tests that start whole processes. */
export async function createTestDatabaseUrl(): Promise<string> {
  const url = new URL(inject("databaseServerUrl"));
  url.pathname = `/test_${randomBytes(6).toString("hex")}`;
  await migrate(url.href);
  return url.href;
}

/**
 * A migrated, empty database for this test file, dropped after its last test. Call it once, at the
 * top of the file: `const db = await testDatabase()`. Routes called in the file use it too.
 */
export async function testDatabase(): Promise<Database> {
  const url = await createTestDatabaseUrl();
  const db = openDatabase(url, CONNECTIONS);
  setDatabase(db);
  afterAll(async () => {
    await db.execute(sql.raw(`DROP DATABASE \`${new URL(url).pathname.slice(1)}\``));
    await closeDatabase(db);
  });
  return db;
}

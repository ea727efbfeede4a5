import { sql } from "drizzle-orm";
import { afterAll, inject } from "vitest";
import { closeDatabase, type Database, openDatabase } from "#db/client.ts";
import { database, releaseDatabase, setDatabase } from "../database.ts";
import { copyTemplate, databaseUrlAt } from "./database-template.ts";

/** Test files run side by side on one server; the product's 31 connections each would not fit. */
const CONNECTIONS = 5;

/** The same new, migrated database by way of every node that the run has. */
async function createAtNodes(): Promise<[string, ...string[]]> {
  const [first, ...others] = inject("databaseServerUrls");
  const url = await copyTemplate(first, inject("migratedDatabase"));
  return [url, ...others.map((other) => databaseUrlAt(other, new URL(url).pathname.slice(1)))];
}

/** A URL of a new, migrated database on the run's server, for tests that start whole processes. */
export async function createTestDatabaseUrl(): Promise<string> {
  return (await createAtNodes())[0];
}

let nodes: [Database, ...Database[]] | undefined;

/**
 * A migrated, empty database for this test file, dropped after its last test. Call it once, at the
 * top of the file: `const db = await testDatabase()`. Routes called in the file use it too. On a
 * cluster, people, agents and worker have a node each.
 */
export async function testDatabase(): Promise<Database> {
  const [url, ...others] = await createAtNodes();
  const db = openDatabase(url, CONNECTIONS);
  const all = [db, ...others.map((other) => openDatabase(other, CONNECTIONS))] as const;
  nodes = [...all];
  setDatabase(db, all[1], all[2]);
  afterAll(async () => {
    nodes = undefined;
    await db.execute(sql.raw(`DROP DATABASE \`${new URL(url).pathname.slice(1)}\``));
    await releaseDatabase();
    await Promise.all(all.slice(3).map(closeDatabase));
  });
  return db;
}

let servers = 0;

/** For a further server in this file: on a cluster, at the next node. */
export function databaseOfServer(): Database {
  servers += 1;
  return nodes?.[servers % nodes.length] ?? database("agents");
}

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import { poolOptions } from "./client.ts";
import { inTurn } from "./migration-lock.ts";
import { errorNumber } from "./outage.ts";

const MIGRATIONS_FOLDER = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * A statement that alters a table waits for whoever reads it, such as a backup, and meanwhile
 * nobody else gets at that table. So it gives way after this, and comes back after a rest.
 */
const TABLE_WAIT_SECONDS = 3;
const REST_MS = 5_000;
/** An hour, which a backup may take. */
const ATTEMPTS = 450;
const ER_LOCK_WAIT_TIMEOUT = 1205;
const ER_BAD_DB = 1049;

/**
 * Creates the database if it is missing and brings its schema up to date. Servers that start
 * together do so in turn, while servers of the version before go on serving ("Upgrade" in
 * docs/operations.md says what a migration may do therefore). A schema that is newer than
 * this program's is left as it is.
 */
export async function migrate(databaseUrl: string, folder = MIGRATIONS_FOLDER): Promise<void> {
  const options = poolOptions(databaseUrl);
  const holder = await connectOrCreate(options);
  try {
    await inTurn(holder, () => applySchema(options, folder));
  } finally {
    await holder.end();
  }
}

/** Asking MySQL to create what is there would wait for every transaction of the database to end. */
async function connectOrCreate(options: mysql.ConnectionOptions): Promise<Connection> {
  try {
    return await mysql.createConnection(options);
  } catch (error) {
    if (errorNumber(error) !== ER_BAD_DB) throw error;
  }
  const { database, ...server } = options;
  const connection = await mysql.createConnection(server);
  await connection.query(
    `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
  );
  await connection.query(`USE \`${database}\``);
  return connection;
}

/** By a connection of its own: the other must renew its turn while a statement takes its time. */
async function applySchema(options: mysql.ConnectionOptions, folder: string): Promise<void> {
  const connection = await mysql.createConnection(options);
  try {
    await connection.query(`SET SESSION lock_wait_timeout = ${TABLE_WAIT_SECONDS}`);
    const lastAtMs = await lastApplied(connection);
    for (const migration of readMigrationFiles({ migrationsFolder: folder })) {
      if (migration.folderMillis > lastAtMs) await apply(connection, migration);
    }
  } finally {
    await connection.end();
  }
}

/** In drizzle's own table and way. Its migrator knows no retry of a statement. */
async function lastApplied(connection: Connection): Promise<number> {
  await connection.query(
    "CREATE TABLE IF NOT EXISTS __drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)",
  );
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT MAX(created_at) AS last FROM __drizzle_migrations",
  );
  return Number(rows[0]?.last ?? 0);
}

async function apply(connection: Connection, { sql, hash, folderMillis }: MigrationMeta) {
  for (const statement of sql) await patiently(() => connection.query(statement));
  await connection.query("INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)", [
    hash,
    folderMillis,
  ]);
}

async function patiently(run: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await run();
      return;
    } catch (error) {
      if (errorNumber(error) !== ER_LOCK_WAIT_TIMEOUT || attempt >= ATTEMPTS) throw error;
      await sleep(REST_MS);
    }
  }
}

import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/mysql2";
import { migrate as applyMigrations } from "drizzle-orm/mysql2/migrator";
import mysql from "mysql2/promise";
import { poolOptions } from "./client.ts";

const MIGRATIONS_FOLDER = fileURLToPath(new URL("./migrations", import.meta.url));

/**
 * Creates the database if it is missing and brings its schema up to date. Servers that start
 * together queue on a row lock: named locks (GET_LOCK) do not exist on clustered databases.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const { database, ...options } = poolOptions(databaseUrl);
  const holder = await mysql.createConnection(options);
  try {
    await holder.query(
      `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`,
    );
    await holder.query(`USE \`${database}\``);
    await holder.query(
      "CREATE TABLE IF NOT EXISTS migration_lock (id int PRIMARY KEY, taken_at datetime)",
    );
    await holder.query("INSERT IGNORE INTO migration_lock (id) VALUES (1)");
    await holder.beginTransaction();
    // The wait is bounded by the longest migration another server may be running.
    await holder.query("SET SESSION innodb_lock_wait_timeout = 600");
    await holder.query("SELECT id FROM migration_lock WHERE id = 1 FOR UPDATE");
    await applySchema({ ...options, database });
    await holder.commit();
  } finally {
    await holder.end();
  }
}

async function applySchema(options: mysql.ConnectionOptions): Promise<void> {
  const connection = await mysql.createConnection(options);
  try {
    await applyMigrations(drizzle(connection), { migrationsFolder: MIGRATIONS_FOLDER });
  } finally {
    await connection.end();
  }
}

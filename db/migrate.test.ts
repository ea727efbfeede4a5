import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql, { type RowDataPacket } from "mysql2/promise";
import { afterAll, expect, inject, test } from "vitest";
import { createTestDatabaseUrl } from "#lib/testing/database.ts";
import { poolOptions } from "./client.ts";
import { migrate } from "./migrate.ts";

const LIMIT_MS = 30_000;
const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
const newer = join(folder, "migrations");
const url = await createTestDatabaseUrl();
await makeNewer("ALTER TABLE teams ADD COLUMN motto varchar(20) NOT NULL DEFAULT ''");
const connection = await mysql.createConnection(poolOptions(url));

afterAll(async () => {
  await connection.query(`DROP DATABASE \`${new URL(url).pathname.slice(1)}\``);
  await connection.end();
  await rm(folder, { recursive: true, force: true });
});

/** The migrations there are, and one after them. */
async function makeNewer(statement: string): Promise<void> {
  await cp(join(import.meta.dirname, "migrations"), newer, { recursive: true });
  const file = join(newer, "meta/_journal.json");
  const journal = JSON.parse(await readFile(file, "utf8"));
  const last = journal.entries.at(-1);
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: "9999_next" });
  await writeFile(file, JSON.stringify(journal));
  await writeFile(join(newer, "9999_next.sql"), statement);
}

async function columns(): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>("SHOW COLUMNS FROM teams");
  return rows.map((row) => row.Field);
}

/** Whether a statement waits for a table. */
async function isWaiting(): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>("SHOW FULL PROCESSLIST");
  return rows.some((row) => /metadata lock/i.test(row.State ?? ""));
}

// A cluster lets nothing stand in the way of a change of the schema: it ends such transactions.
test.skipIf(inject("databaseServerUrls").length > 1)(
  "a migration gives way to who uses the table, and is applied once by servers that start together",
  async () => {
    const backup = await mysql.createConnection(poolOptions(url));
    await backup.beginTransaction();
    await backup.query("SELECT * FROM teams");
    const together = Promise.all([migrate(url, newer), migrate(url, newer)]);
    await expect.poll(isWaiting, { timeout: LIMIT_MS }).toBe(true);
    // Behind the one that waits. For as long as the backup takes, but for the giving way.
    await connection.query("SELECT COUNT(*) FROM teams");
    expect(await columns()).not.toContain("motto");
    await backup.rollback();
    await backup.end();
    await together;
    expect(await columns()).toContain("motto");
  },
  LIMIT_MS,
);

test("a server of the version before starts on the newer schema and leaves it as it is", async () => {
  await migrate(url, newer);
  await migrate(url);
  expect(await columns()).toContain("motto");
});

test(
  "a server that died while it migrated holds up the next for seconds only",
  async () => {
    await connection.query(
      "UPDATE migration_lock SET taken_at = UTC_TIMESTAMP() + INTERVAL 2 SECOND",
    );
    await migrate(url);
  },
  LIMIT_MS,
);

const ADDS = /^(?:CREATE (?:TABLE|INDEX|UNIQUE INDEX)|INSERT(?: IGNORE)? INTO|UPDATE|DROP INDEX) /;
const COLUMN = /^ALTER TABLE `\w+` ADD /;
/** What a row of the version before has in a new column. */
const hasValue = (column: string) => !column.includes("NOT NULL") || /DEFAULT|AS \(/.test(column);

/** The version before serves on while a migration runs, and must find all that it names. */
const leavesAll = (statement: string) =>
  ADDS.test(statement) || (COLUMN.test(statement) && hasValue(statement));

test("migrations take away nothing that the version before names", async () => {
  const statements: string[] = [];
  for (const name of await readdir(join(import.meta.dirname, "migrations"))) {
    if (!name.endsWith(".sql")) continue;
    const text = await readFile(join(import.meta.dirname, "migrations", name), "utf8");
    statements.push(...text.split("--> statement-breakpoint").map((one) => one.trim()));
  }
  expect(statements.length).toBeGreaterThan(100);
  expect(statements.filter((one) => one && !leavesAll(one))).toEqual([]);
});

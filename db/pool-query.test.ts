import type { RowDataPacket } from "mysql2/promise";
import { afterAll, expect, test } from "vitest";
import { createTestDatabaseUrl } from "#lib/testing/database.ts";
import { closeDatabase, openDatabase } from "./client.ts";

/** One connection: who keeps it, keeps it from everybody. */
const db = openDatabase(await createTestDatabaseUrl(), 1);
afterAll(() => closeDatabase(db));

const INSERT = "INSERT INTO leases (name, owner, expires_at) VALUES (?, 'test', UTC_TIMESTAMP(3))";
const query = (sql: string, values?: unknown[]) => db.$client.query<RowDataPacket[]>(sql, values);
const connectionId = async () => (await query("SELECT CONNECTION_ID() AS id"))[0][0]?.id;

test("statements at once are each answered their own, failures too, over one connection", async () => {
  const answers = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) => query(n % 5 ? "SELECT ? AS n" : "SELECT nothing, ?", [n])),
  );
  expect(
    answers.map((one) => (one.status === "fulfilled" ? one.value[0][0]?.n : one.reason.errno)),
  ).toEqual(answers.map((_, n) => (n % 5 ? n : 1054)));
});

test("a connection to a server that takes no writes any more is not used again", async () => {
  const before = await connectionId();
  await query("SET SESSION TRANSACTION READ ONLY");
  await expect(query(INSERT, ["a"])).rejects.toMatchObject({ errno: 1792 });
  await query(INSERT, ["a"]);
  expect(await connectionId()).not.toBe(before);
});

test("a statement that cannot be written gives its connection back", async () => {
  const value = {
    toSqlString: () => {
      throw new Error("no text of this");
    },
  };
  await expect(query("SELECT ?", [value])).rejects.toThrow("no text of this");
  expect(await connectionId()).toBeGreaterThan(0);
});

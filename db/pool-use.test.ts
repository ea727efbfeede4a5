import { expect, test } from "vitest";
import { testDatabase } from "#lib/testing/database.ts";
import { poolUse } from "./pool-use.ts";

const db = await testDatabase();

test("connections in use, idle ones and those who wait are told apart", async () => {
  const { max } = poolUse(db);
  const held = await Promise.all(Array.from({ length: max }, () => db.$client.getConnection()));
  const waiting = db.$client.query("SELECT 1");
  expect(poolUse(db)).toEqual({ used: max, idle: 0, max, waiting: 1 });
  for (const connection of held) connection.release();
  await waiting;
  expect(poolUse(db)).toEqual({ used: 0, idle: max, max, waiting: 0 });
});

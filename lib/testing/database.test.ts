import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { database } from "../database.ts";
import { testDatabase } from "./database.ts";

const db = await testDatabase();

test("a test file's routes use its own migrated database", async () => {
  const [rows] = await database().execute(sql`SELECT COUNT(*) AS hosts FROM hosts`);
  expect(database()).toBe(db);
  expect(rows).toEqual([{ hosts: 0 }]);
});

import { sql } from "drizzle-orm";
import { afterAll, expect, test } from "vitest";
import { poolUse } from "#db/pool-use.ts";
import { createTestDatabaseUrl } from "#lib/testing/database.ts";
import { database, releaseDatabase } from "./database.ts";
import { publishEnv } from "./env.ts";

publishEnv(["--database-url", await createTestDatabaseUrl()]);
afterAll(releaseDatabase);

test("a fleet that takes every connection it may leaves those of people, worker and health check", async () => {
  const agents = database("agents");
  const { max } = poolUse(agents);
  const taken = Array.from({ length: max }, () => agents.$client.getConnection());
  await Promise.all(taken);
  const waits = agents.execute(sql`SELECT 1`);
  for (const pool of ["people", "worker", "health"] as const) {
    await database(pool).execute(sql`SELECT 1`);
  }
  expect(poolUse(agents)).toMatchObject({ used: max, idle: 0, waiting: 1 });
  for (const connection of await Promise.all(taken)) connection.release();
  await waits;
});

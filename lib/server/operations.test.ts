import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { closeDatabase, openDatabase } from "#db/client.ts";
import { poolUse } from "#db/pool-use.ts";
import { createTestDatabaseUrl, testDatabase } from "#lib/testing/database.ts";
import { createMetrics } from "../metrics.ts";
import { dispatch } from "./dispatch.ts";
import { createOperations } from "./operations.ts";

const db = await testDatabase();
const metrics = createMetrics();

/** A server of the operator's endpoints alone; answers how to ask it. */
async function serve(over: Partial<Parameters<typeof createOperations>[0]> = {}) {
  const report = () => metrics.registry.metrics();
  const operations = createOperations({
    db,
    report,
    metricsToken: "",
    isStopping: () => false,
    ...over,
  });
  const server = createServer(dispatch({ operations }, metrics)).listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => server.close());
  const { port } = server.address() as AddressInfo;
  return async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}

test("a process that stops wants no requests and is not to be killed", async () => {
  const ask = await serve({ isStopping: () => true });
  expect(await ask("/healthz")).toBe(503);
  expect(await ask("/healthz/ready")).toBe(503);
  expect(await ask("/healthz/live")).toBe(200);
});

test("a process whose database is away wants no requests and is not to be killed", async () => {
  const gone = openDatabase(await createTestDatabaseUrl());
  await closeDatabase(gone);
  const ask = await serve({ db: gone });
  expect(await ask("/healthz")).toBe(503);
  expect(await ask("/healthz/live")).toBe(200);
});

test("any number of probes take one connection", async () => {
  const ask = await serve();
  const { used, idle } = poolUse(db);
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/healthz")));
  expect(new Set(answers)).toEqual(new Set([200]));
  const after = poolUse(db);
  expect(after.used + after.idle).toBeLessThanOrEqual(Math.max(used + idle, 1));
});

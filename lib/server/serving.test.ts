import { afterAll, expect, test, vi } from "vitest";
import { poolUse } from "#db/pool-use.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { createTestDatabaseUrl } from "#lib/testing/database.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { serve, type Undo } from "./serving.ts";

vi.stubEnv("DATABASE_URL", await createTestDatabaseUrl());

const undo: Undo = [];
afterAll(async () => {
  for (const step of undo.reverse()) await step();
});

/** A process with the role agents alone; answers how to ask it. */
async function serveAgents() {
  const port = await freePort();
  const settings = { ...env(), host: "127.0.0.1", port, roles: ["agents" as const] };
  const report = () => async () => "";
  await serve({ env: settings, undo, isStopping: () => false, report });
  return async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
}

test("a process whose connections are all busy for people is ready as long as its database answers", async () => {
  const ask = await serveAgents();
  const people = database("people");
  const take = () => people.$client.getConnection();
  const held = await Promise.all(Array.from({ length: poolUse(people).max }, take));
  try {
    expect(await ask("/healthz/ready")).toBe(200);
  } finally {
    for (const connection of held) connection.release();
  }
});

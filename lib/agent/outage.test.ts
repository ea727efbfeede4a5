import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { GET as listHosts } from "#app/api/v1/fleet/hosts/route.ts";
import { closeDatabase, openDatabase } from "#db/client.ts";
import { migrate } from "#db/migrate.ts";
import { setDatabase } from "#lib/database.ts";
import { startEmbeddedMysql } from "#lib/embedded-mysql/embedded-mysql.ts";
import { env } from "#lib/env.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { hostIdOf, insertPolicy, membershipOf } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

/** Shorter than the product's, so that the tests are. */
const SILENCE_MS = 700;
/** osquery gives up a request after this. */
const PATIENCE_MS = 16_000;

const folder = await mkdtemp(join(tmpdir(), "muster-outage-"));
const { mysqld, searchPath } = env();
const server = await startEmbeddedMysql({ dataDir: folder, fast: true, mysqld, searchPath });
await migrate(server.url);
const db = openDatabase(server.url, 3, SILENCE_MS);
setDatabase(db);
const agents = await testAgents();
const pid = Number(await readFile(join(folder, "mysqld.pid"), "utf8"));

afterEach(() => process.kill(pid, "SIGCONT"));
afterAll(async () => {
  await closeDatabase(db);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves when it is silent: a signal takes effect a moment after it was sent. */
async function hang(): Promise<void> {
  process.kill(pid, "SIGSTOP");
  const asked = () =>
    agents.app.refresh().then(
      () => "answers",
      () => "is silent",
    );
  await expect.poll(asked, { timeout: 10_000 }).toBe("is silent");
}

test(
  "while the database hangs agents are told to come again, within their patience, and lose nothing",
  async () => {
    const policyId = await insertPolicy();
    const host = new TestHost(agents);
    await host.enroll();
    const names = Object.keys(await host.read());

    await hang();
    const startedAtMs = Date.now();
    // As many as one host has places: more are refused without asking the database.
    const refused = await Promise.all(Array.from({ length: 4 }, () => host.answer(names)));
    expect(Date.now() - startedAtMs).toBeLessThan(PATIENCE_MS);
    for (const { status, json } of refused) {
      expect(status).toBe(503);
      expect(json).toHaveProperty("error");
      expect(json).not.toHaveProperty("node_invalid");
    }
    const unknown = await agents.post("distributed/read", { node_key: "nobody's" });
    expect(unknown.json).not.toHaveProperty("node_invalid");

    process.kill(pid, "SIGCONT");
    await expect.poll(() => host.answer(names), { timeout: 10_000 }).toMatchObject({ status: 200 });
    expect(await membershipOf(await hostIdOf(host.identifier), policyId)).toMatchObject({
      state: "pass",
    });
  },
  2 * PATIENCE_MS,
);

test("while the database hangs the REST API says so, and hosts known to the server are answered", async () => {
  const { admin } = await createWorld();
  const host = new TestHost(agents);
  await host.enroll();
  await host.read();

  await hang();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => request(listHosts, { token: admin.token })),
  );
  for (const { status, body, headers } of answers) {
    expect(status).toBe(503);
    expect(body.errors[0].reason).toMatch(/^The database does not answer/);
    expect(headers.get("retry-after")).toBe("5");
  }
  expect((await host.post("distributed/read")).status).toBe(200);

  process.kill(pid, "SIGCONT");
  await expect
    .poll(() => request(listHosts, { token: admin.token }), { timeout: 10_000 })
    .toMatchObject({ status: 200 });
});

test("the poller goes on after an outage without a restart", async () => {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  await hang();
  process.kill(pid, "SIGCONT");
  await expect.poll(() => insertPolicy().catch(() => 0), { timeout: 10_000 }).toBeGreaterThan(0);
  const asked = async () => Object.keys(await host.read()).join();
  await expect.poll(asked, { timeout: 10_000 }).toContain("fleet_policy_query_");
});

import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { gzipSync } from "node:zlib";
import { inArray, sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { refetchHost } from "#lib/hosts/manage.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { hostIdOf, insertPolicy, membershipOf } from "#lib/testing/policies.ts";

await testDatabase();
const agents = await testAgents();

let stopBlocking = () => {};
afterEach(() => stopBlocking());

/** Keeps the event loop from turning for so long, again and again, until stopped. */
function block(delayMs: number): void {
  let stopped = false;
  stopBlocking = () => {
    stopped = true;
  };
  const turn = () => {
    const untilMs = performance.now() + delayMs;
    while (performance.now() < untilMs);
    if (!stopped) setImmediate(turn);
  };
  turn();
}

async function shed(route: string, ...reasons: string[]): Promise<number> {
  const { values } = await agents.metrics.agentsShed.get();
  return values
    .filter(({ labels }) => labels.route === route)
    .filter(({ labels }) => reasons.length === 0 || reasons.includes(String(labels.reason)))
    .reduce((sum, one) => sum + one.value, 0);
}

const log = (host: TestHost) => host.post("log", { log_type: "status", data: [] });

/** Hosts with everything to do, without their enrolment. */
async function knownHosts(count: number): Promise<TestHost[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => insertHost()));
  const rows = await database().select().from(hosts).where(inArray(hosts.id, ids));
  return rows.map(({ hostname }) => Object.assign(new TestHost(agents), { nodeKey: hostname }));
}

/** Over one connection, which a server that is behind takes in one turn; the bodies of the answers. */
async function readAtOnce(asking: TestHost[]): Promise<string[]> {
  const socket = connect(Number(new URL(agents.url).port), "127.0.0.1");
  for (const { nodeKey } of asking) {
    const body = JSON.stringify({ node_key: nodeKey });
    const head = `POST /api/osquery/distributed/read HTTP/1.1\r\nHost: x`;
    socket.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  }
  let text = "";
  for await (const chunk of socket) {
    text += chunk;
    const bodies = text.split("HTTP/1.1 200").slice(1);
    if (bodies.length === asking.length && bodies.at(-1)?.endsWith("}")) return bodies;
  }
  throw new Error(text.slice(0, 1_000));
}

/** Other tests, and whoever else uses the machine, may have made the process late. */
async function untilCalm(host: TestHost): Promise<void> {
  await expect.poll(async () => (await log(host)).status, { timeout: 30_000 }).not.toBe(503);
}

beforeEach(() => untilCalm(new TestHost(agents)), 40_000);

async function untilBusy(host: TestHost): Promise<void> {
  await expect.poll(async () => (await log(host)).status, { timeout: 20_000 }).toBe(503);
}

// On a cluster a lock on a row holds at one node, and does not keep the others from writing.
const isCluster = inject("databaseServerUrls").length > 1;

describe("bodies", () => {
  const MEGABYTES_15 = Buffer.alloc(15 * 1024 * 1024, " ");

  /** A request whose last byte is yet to come. */
  async function begin() {
    const headers = { "content-length": MEGABYTES_15.length + 1 };
    const req = httpRequest(`${agents.url}/api/osquery/distributed/write`, {
      method: "POST",
      headers,
    });
    const answered = once(req, "response").then(async ([res]) => {
      const chunks: Buffer[] = await res.toArray();
      return { status: res.statusCode, text: Buffer.concat(chunks).toString() };
    });
    await new Promise((sent) => req.write(MEGABYTES_15, sent));
    const answer = () => {
      req.end(" ");
      return answered;
    };
    return { answer };
  }

  test("are held up to a bound in all: past it one is refused, not lost, and the others are read", async () => {
    const requests = [];
    for (let n = 0; n < 9; n++) requests.push(await begin());
    const answers = await Promise.all(requests.map(({ answer }) => answer()));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const { text } of refused) expect(JSON.parse(text)).toHaveProperty("error");
    // No JSON, which is no better the next time.
    const read = answers.filter(({ status }) => status === 200);
    expect(read.length + refused.length).toBe(9);
    expect(read.length).toBeGreaterThanOrEqual(7);

    const again = await begin();
    expect((await again.answer()).status).toBe(200);
  });

  test.skipIf(isCluster)("count as what they inflate to", async () => {
    const policyId = await insertPolicy();
    await agents.app.refresh();
    const asking = await knownHosts(10);
    const names = await Promise.all(asking.map(async (host) => Object.keys(await host.read())));
    expect(names.flat()).toContain(`fleet_policy_query_${policyId}`);
    const reports = asking.map(({ nodeKey }) => {
      const queries = { [`fleet_policy_query_${policyId}`]: [{ 1: "1" }] };
      return gzipSync(`${JSON.stringify({ node_key: nodeKey, queries })}${MEGABYTES_15}`);
    });
    const post = (body: Buffer) =>
      agents.post("distributed/write", body, { "content-encoding": "gzip" });
    const before = await shed("distributed/write", "bytes");
    const answers = await transaction(database(), async (tx) => {
      await tx.execute(sql`SELECT * FROM host_agents FOR UPDATE`);
      const posts = reports.map(post);
      await expect
        .poll(() => shed("distributed/write", "bytes"), { timeout: 10_000 })
        .toBe(before + 2);
      return () => Promise.all(posts);
    });
    const statuses = (await answers()).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect(statuses.filter((status) => status === 503)).toHaveLength(2);
    expect((await post(reports[0]!)).status).toBe(200);
  });

  test("that are gzip are read one after the other, and the loop turns in between", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    // Some fifty milliseconds each, which is more than agents have of a turn.
    const data = Array.from({ length: 100_000 }, (_, line) => ({ line, severity: "0", text: "" }));
    // Not of a log, which a slow machine would come to refuse.
    const body = { node_key: host.nodeKey, queries: {}, data };
    const gzip = gzipSync(JSON.stringify(body));
    let turn = 0;
    const answeredIn: number[] = [];
    let isOver = false;
    const next = () => {
      turn++;
      if (!isOver) setImmediate(next);
    };
    const server = createServer((req, res) => {
      const writeHead = res.writeHead.bind(res) as (...given: unknown[]) => typeof res;
      res.writeHead = (...given: unknown[]) => {
        answeredIn.push(turn);
        return writeHead(...given);
      };
      agents.app.handle(req, res);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/osquery/distributed/write`;
    next();
    const posts = Array.from({ length: 12 }, () =>
      fetch(url, { method: "POST", body: gzip, headers: { "content-encoding": "gzip" } }),
    );
    const statuses = (await Promise.all(posts)).map(({ status }) => status);
    isOver = true;
    expect(statuses).toEqual(new Array(12).fill(200));
    // The first two may be in one: it is done when it comes, and the share begins anew after.
    for (const one of answeredIn) {
      expect(answeredIn.filter((other) => other === one).length).toBeLessThanOrEqual(2);
    }
  });
});

test.skipIf(isCluster)(
  "a host that posts many reports at once has a few places and no more",
  async () => {
    const policyId = await insertPolicy();
    await agents.app.refresh();
    const [flooding, other] = [new TestHost(agents), new TestHost(agents)];
    for (const one of [flooding, other]) await one.enroll();
    const hostId = await hostIdOf(flooding.identifier);
    const name = `fleet_policy_query_${policyId}`;
    const refusedBefore = await shed("distributed/write", "host");
    const statuses = await transaction(database(), async (tx) => {
      await tx.execute(sql`SELECT * FROM host_agents WHERE host_id = ${hostId} FOR UPDATE`);
      const posts = Array.from({ length: 20 }, () => flooding.answer([name]));
      await Promise.race(posts);
      expect((await other.answer([name])).status).toBe(200);
      return () => Promise.all(posts).then((answers) => answers.map(({ status }) => status));
    });
    const all = await statuses();
    expect(all.filter((status) => status === 200)).toHaveLength(4);
    expect(all.filter((status) => status === 503)).toHaveLength(16);
    // Nothing failed: who watches for failures is not called for one host.
    expect(await shed("distributed/write", "host")).toBe(refusedBefore + 16);
    expect(await agents.metrics.registry.metrics()).not.toContain(
      'route="distributed/write",outcome="error"',
    );
    expect((await flooding.answer([name])).status).toBe(200);
  },
);

// Levels are some hundred milliseconds apart, and others may take the processor for longer.
describe("a process that is behind", { retry: 2 }, () => {
  test("does not take one slow moment for overload", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const untilMs = performance.now() + 1_000;
    while (performance.now() < untilMs);
    expect((await log(host)).status).toBe(200);
  });

  test("refuses logs and puts work off, takes answers, and serves hosts that people wait for", async () => {
    const policyId = await insertPolicy();
    const [host, awaited] = [new TestHost(agents), new TestHost(agents)];
    const others = await knownHosts(300);
    for (const one of [host, awaited]) await one.enroll();
    const names = Object.keys(await host.read());
    await awaited.checkIn();
    await refetchHost(SYSTEM, await hostIdOf(awaited.identifier));
    await agents.app.refresh();

    block(300);
    await untilBusy(host);
    const refused = await log(host);
    // osquery keeps what it has and comes again only when told so (contract: osquery-agent 1).
    expect(refused.json).toHaveProperty("error");
    expect(refused.json).not.toHaveProperty("node_invalid");
    const told = await readAtOnce(others);
    const putOff = told.filter((text) => text.includes('{"queries":{}'));
    expect(putOff.length).toBeGreaterThan(0);
    // Some get theirs even so, or those that come last would never get any.
    expect(putOff.length).toBeLessThan(others.length);
    expect(await shed("distributed/read")).toBeGreaterThan(0);
    expect(Object.keys(await awaited.read())).toContain(`fleet_policy_query_${policyId}`);
    expect((await host.answer(names)).status).toBe(200);
    expect(await membershipOf(await hostIdOf(host.identifier), policyId)).toMatchObject({
      state: "pass",
    });

    stopBlocking();
    await untilCalm(host);
    const later = await readAtOnce(others);
    expect(later.filter((text) => text.includes("fleet_policy_query_"))).toHaveLength(
      putOff.length,
    );
  }, 60_000);

  test("refuses before it reads, and answers last, when it is very far behind", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const names = Object.keys(await host.read());
    block(580);
    await untilBusy(host);
    const config = () => host.post("config");
    await expect.poll(async () => (await config()).status, { timeout: 20_000 }).toBe(503);
    // Who asks is not even looked at: an error would make it come again within a second.
    const read = await agents.post("distributed/read", "no JSON at all");
    expect([read.status, read.json]).toEqual([200, { queries: {}, discovery: {} }]);
    expect((await host.answer(names)).status).toBe(200);
  }, 60_000);
});

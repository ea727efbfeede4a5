import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { countsOf, insertPolicy } from "#lib/testing/policies.ts";
import { anyOutcome, World } from "./world.ts";

const HOSTS = 40;
const BODY_BYTES = 50 * 1024 * 1024;
const AT_ONCE = 5;
/** Long enough for a server to have read them. */
const READ_MS = 3_000;
/** Of one body what is read while it may yet be short enough. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;

const world = await World.shared({});
const [server] = world.servers;

function hugeReport(nodeKey: string): Buffer {
  const head = `{"node_key":"${nodeKey}","queries":{"fleet_policy_query_1":[{"x":"`;
  const filling = Buffer.alloc(BODY_BYTES, "x");
  return Buffer.concat([Buffer.from(head), filling, Buffer.from('"}]}}')]);
}

/** Posts it but for the last byte; the function sends that, and answers what the server says. */
async function begin(body: Buffer) {
  const url = `${server!.url}/api/osquery/distributed/write`;
  const headers = { "content-type": "application/json", "content-length": body.length };
  const req = request(url, { method: "POST", agent: false, headers });
  const answered = once(req, "response").then(async ([res]) => {
    const text = Buffer.concat(await res.toArray()).toString();
    return [res.statusCode, JSON.parse(text)];
  });
  await new Promise((sent) => req.write(body.subarray(0, -1), sent));
  return () => {
    req.end(body.subarray(-1));
    return answered;
  };
}

test("a host that answers 50 MB is told to forget it, the log says so once, and nobody else notices", async () => {
  const fleet = await world.fleet(HOSTS);
  await world.warmUp(fleet);
  const before = await server!.usedBytes();
  const body = hugeReport(fleet.hosts[0]!.nodeKey);
  const ends = await Promise.all(Array.from({ length: AT_ONCE }, () => begin(body)));
  // What was written may yet have to be read, and what the collector gives back it gives back later.
  await sleep(READ_MS);
  await expect
    .poll(() => server!.usedBytes(), { timeout: 30_000, interval: 500 })
    .toBeLessThan(before + HELD_BYTES_MAX);
  const answers = await Promise.all(ends.map((end) => end()));
  // Anything else, and osquery would send it again for ever.
  expect(answers).toEqual(answers.map(() => [200, {}]));
  expect(await server!.metric("muster_agent_bad_inputs_total", "too_large")).toBe(AT_ONCE);
  await world.expectMended(fleet);
  expect(fleet.count(({ failures }) => Object.keys(failures).length)).toBe(0);
  expect(server!.faults()).toEqual({
    "what an agent sent is not taken: the body is too large": 1,
  });
});

test("a policy that errors on all hosts is an error on all hosts, said once, and nothing else suffers", async () => {
  let brokenId = 0;
  const fleet = await world.fleet(HOSTS, {
    message: `no such table: ${"x".repeat(5_000)}`,
    outcome: (_, policyId) => (policyId === brokenId ? "error" : anyOutcome()),
  });
  await world.warmUp(fleet);
  brokenId = await insertPolicy({ query: "SELECT 1 FROM no_such_table_anywhere" });
  const everywhere = { pass: 0, fail: 0, error: HOSTS };
  await expect.poll(() => countsOf(brokenId), { timeout: 60_000 }).toEqual(everywhere);
  await world.expectMended(fleet);
  expect(await countsOf(brokenId)).toEqual(everywhere);
  const once = { "policies error on most of their hosts": 1 };
  await expect.poll(() => server!.faults(), { timeout: 60_000 }).toEqual(once);
});

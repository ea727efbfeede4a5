import { expect, test } from "vitest";
import { countsOf, insertPolicy } from "#lib/testing/policies.ts";
import { exchange } from "./wire.ts";
import { anyOutcome, World } from "./world.ts";

const HOSTS = 40;
const BODY_BYTES = 50 * 1024 * 1024;
const AT_ONCE = 5;
const RESIDENT_GROWTH_BYTES_MAX = 150 * 1024 * 1024;

const world = await World.shared({});
const [server] = world.servers;

function hugeReport(nodeKey: string): Buffer {
  const head = `{"node_key":"${nodeKey}","queries":{"fleet_policy_query_1":[{"x":"`;
  const filling = Buffer.alloc(BODY_BYTES, "x");
  return Buffer.concat([Buffer.from(head), filling, Buffer.from('"}]}}')]);
}

test("a host that answers 50 MB is told to forget it, the log says so once, and nobody else notices", async () => {
  const fleet = await world.fleet(HOSTS);
  await world.warmUp(fleet);
  const before = await server!.metric("process_resident_memory_bytes");
  const body = hugeReport(fleet.hosts[0]!.nodeKey);
  const url = `${server!.url}/api/osquery/distributed/write`;
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => exchange(url, body)));
  // Anything else, and osquery would send it again for ever.
  expect(answers.map(({ status, json }) => [status, json])).toEqual(answers.map(() => [200, {}]));
  expect(await server!.metric("muster_agent_bad_inputs_total", "too_large")).toBe(AT_ONCE);
  const after = await server!.metric("process_resident_memory_bytes");
  expect(after - before).toBeLessThan(RESIDENT_GROWTH_BYTES_MAX);
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

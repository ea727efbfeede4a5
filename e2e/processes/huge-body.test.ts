import { expect, test } from "vitest";
import { exchange } from "./wire.ts";
import { World } from "./world.ts";

const HOSTS = 20;
const BODY_BYTES = 50 * 1024 * 1024;
const AT_ONCE = 5;
const RESIDENT_GROWTH_BYTES_MAX = 150 * 1024 * 1024;

test("a host that answers 50 MB is told to forget it, and nobody else notices", () =>
  World.run({}, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    const [server] = world.servers;
    const before = await server!.metric("process_resident_memory_bytes");
    const { nodeKey } = fleet.hosts[0]!;
    const [head, tail] = [
      `{"node_key":"${nodeKey}","queries":{"fleet_policy_query_1":[{"x":"`,
      `"}]}}`,
    ];
    const body = Buffer.concat([
      Buffer.from(head),
      Buffer.alloc(BODY_BYTES, 120),
      Buffer.from(tail),
    ]);
    const url = `${server!.url}/api/osquery/distributed/write`;
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => exchange(url, body)));
    // Anything else, and osquery would send it again for ever.
    expect(answers.map(({ status, json }) => [status, json])).toEqual(answers.map(() => [200, {}]));
    expect(await server!.metric("muster_agent_bad_inputs_total", "too_large")).toBe(AT_ONCE);
    const after = await server!.metric("process_resident_memory_bytes");
    expect(after - before).toBeLessThan(RESIDENT_GROWTH_BYTES_MAX);
    await world.expectMended(fleet);
    expect(fleet.count(({ failures }) => Object.keys(failures).length)).toBe(0);
    expect(server!.complaints()).toEqual({});
  }));

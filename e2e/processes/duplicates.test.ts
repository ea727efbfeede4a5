import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { hostIdOf, transitionsOf } from "#lib/testing/policies.ts";
import type { Host } from "./host.ts";
import { exchange } from "./wire.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const RUN_MS = 5_000;
/** Long enough for a post to reach its commit. */
const POSTED_MS = 300;

test("reports that arrive twice, at whichever server, count once", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS, { echoMs: 200 });
    await world.warmUp(fleet);
    await sleep(RUN_MS);
    await world.expectMended(fleet);
  }));

/** Keeps a host's row locked until the returned function is called. */
async function lockHost(world: World, hostId: number): Promise<() => Promise<void>> {
  const { promise: held, resolve: release } = deferred();
  const { promise: locked, resolve: begun } = deferred();
  const done = transaction(world.db, async (tx) => {
    await tx.execute(sql`SELECT * FROM host_agents WHERE host_id = ${hostId} FOR UPDATE`);
    begun();
    await held;
  });
  await locked;
  return () => {
    release();
    return done;
  };
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test("a report that is committed after a later one of the same host changes nothing", () =>
  World.run({ servers: 2, policies: 1 }, async (world) => {
    const fleet = await world.fleet(4);
    const [early, late] = world.servers.map(({ url }) => `${url}/api/osquery/distributed`);
    const [policyId] = world.policyIds;
    const known = fleet.hosts.map(async (host) => ({ host, id: await hostIdOf(host.identifier) }));
    const [first, second, third, fourth] = (await Promise.all(known)).sort((a, b) => a.id - b.id);
    for (const { nodeKey } of fleet.hosts) {
      await exchange(`${early}/read`, JSON.stringify({ node_key: nodeKey }));
    }
    const report = (url: string | undefined, { nodeKey }: Host, rows: object[]) => {
      const queries = { [`fleet_policy_query_${policyId}`]: rows };
      return exchange(`${url}/write`, JSON.stringify({ node_key: nodeKey, queries }));
    };
    // However many commits run at once, the fourth host's report comes to wait behind the third's.
    const [releaseFirst, releaseSecond, releaseThird] = [
      await lockHost(world, first!.id),
      await lockHost(world, second!.id),
      await lockHost(world, third!.id),
    ];
    const waiting = [report(early, first!.host, [{}]), report(early, second!.host, [{}])];
    await sleep(POSTED_MS);
    waiting.push(report(early, third!.host, [{}]), report(early, fourth!.host, [{}]));
    await sleep(POSTED_MS);
    await Promise.all([releaseFirst(), releaseSecond()]);
    await sleep(POSTED_MS);
    expect((await report(late, fourth!.host, [])).ok).toBe(true);
    await releaseThird();
    expect((await Promise.all(waiting)).map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(await transitionsOf(fourth!.id, policyId!)).toEqual(["pending>fail"]);
    await expectConsistent(world.db);
  }));

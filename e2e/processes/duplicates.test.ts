import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { type Host, reportOf } from "./host.ts";
import type { Outcome, Told } from "./ledger.ts";
import { exchange } from "./wire.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const RUN_MS = 5_000;
/** Long enough for a post to reach its commit. */
const POSTED_MS = 300;

const world = await World.shared({ servers: 2, policies: 1 });

test("reports that arrive twice, at whichever server, count once", async () => {
  const fleet = await world.fleet(HOSTS, { echoMs: 200 });
  await world.warmUp(fleet);
  await sleep(RUN_MS);
  await world.expectMended(fleet);
});

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;

/** Keeps a host's row locked until the returned function is called. */
async function lockHost(hostId: number): Promise<() => Promise<void>> {
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

/** Whether the report was taken; a host that gave up on it does not know. */
async function report(url: string, { nodeKey }: Host, told: Told, isAwaited = true) {
  world.ledger.sent(told);
  const body = reportOf([[nameOf(told.policyId), told]]);
  const heard = await exchange(`${url}/write`, JSON.stringify({ ...body, node_key: nodeKey }));
  if (heard.ok && isAwaited) world.ledger.acknowledged(told);
  return heard.ok;
}

test("a report that is committed after a later one of the same host changes nothing", async () => {
  const policyId = await insertPolicy();
  const fleet = await world.fleet(4);
  const [early = "", late = ""] = world.servers.map(({ url }) => `${url}/api/osquery/distributed`);
  for (const { nodeKey } of fleet.hosts) {
    const read = () => exchange(`${early}/read`, JSON.stringify({ node_key: nodeKey }));
    const asked = async () => (await read()).json.queries;
    await expect.poll(asked, { timeout: 5_000 }).toHaveProperty(nameOf(policyId));
  }
  const known = fleet.hosts.map(async (host) => ({ host, id: await hostIdOf(host.identifier) }));
  const hosts = (await Promise.all(known)).sort((a, b) => a.id - b.id);
  const tell = ({ identifier }: Host, outcome: Outcome): Told => ({
    ...{ identifier, policyId, outcome, isAcknowledged: false },
  });
  const [first, second, third, fourth] = hosts.map(({ host }) => host);
  // However many commits run at once, the fourth host's report comes to wait behind the third's.
  const release = await Promise.all(hosts.slice(0, 3).map(({ id }) => lockHost(id)));
  const posted = [first!, second!].map((host) => report(early, host, tell(host, "pass")));
  await sleep(POSTED_MS);
  posted.push(report(early, third!, tell(third!, "pass")));
  posted.push(report(early, fourth!, tell(fourth!, "pass"), false));
  await sleep(POSTED_MS);
  await Promise.all([release[0]!(), release[1]!()]);
  await sleep(POSTED_MS);
  expect(await report(late, fourth!, tell(fourth!, "fail"))).toBe(true);
  await release[2]!();
  expect(await Promise.all(posted)).toEqual([true, true, true, true]);
  await world.ledger.check(world.db);
});

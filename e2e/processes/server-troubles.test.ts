import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Death } from "./preload.ts";
import type { TestServer } from "./server.ts";
import { World } from "./world.ts";

const HOSTS = 40;
/** Before any statement of the commits that are under way. */
const RANDOM_DEATHS = 7;
const DONE_LIMIT_MS = 30_000;
const HOUR_MS = 3_600_000;
/** More than a poll, which is when a server looks at the database's clock. */
const LASTS_MS = 1_500;

const world = await World.shared({ servers: 2 });

/** The server that does the worker's jobs. */
async function leaseHolder(): Promise<TestServer> {
  for (;;) {
    for (const server of world.servers) {
      if ((await server.metric("muster_lease_held")) === 1) return server;
    }
  }
}

const jobsDone = (server: TestServer) => server.metric("muster_job_seconds_count");

test("a server whose clock jumps an hour ahead and back takes every answer as before", async () => {
  const fleet = await world.fleet(HOSTS);
  await world.warmUp(fleet);
  const server = await leaseHolder();
  for (const offsetMs of [HOUR_MS, -HOUR_MS, 0]) {
    server.setClock(offsetMs);
    const before = await jobsDone(server);
    await sleep(LASTS_MS);
    await fleet.heardFromAll();
    await expect.poll(() => jobsDone(server), { timeout: DONE_LIMIT_MS }).toBeGreaterThan(before);
  }
  await world.expectMended(fleet);
  expect(fleet.count(({ failures }) => Object.keys(failures).length)).toBe(0);
  expect(world.servers.map((one) => one.faults())).toEqual([{}, {}]);
});

const deaths: Death[] = [
  "before COMMIT",
  "COMMIT sent",
  "after COMMIT",
  ...Array.from({ length: RANDOM_DEATHS }, () => ({
    statement: 1 + Math.floor(Math.random() * 40),
  })),
];

test("servers that die at every point of a commit lose no acknowledged answer and take none twice", async () => {
  const fleet = await world.fleet(HOSTS);
  await world.warmUp(fleet);
  for (const death of deaths) {
    const [oldest] = world.servers;
    await oldest!.dieAt(death);
    await world.replaceServer(oldest!);
  }
  await world.expectMended(fleet);
});

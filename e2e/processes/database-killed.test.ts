import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { World } from "./world.ts";

const HOSTS = 40;
const AWAY_MS = 3_000;

test("a database that is killed and comes back under load costs no acknowledged answer", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    await world.database.kill();
    await sleep(AWAY_MS);
    // Failures came with a word that makes osquery come again, not with a cut connection.
    expect(fleet.count((host) => host.failures[503] ?? 0)).toBeGreaterThan(0);
    expect(fleet.count((host) => host.failures[0] ?? 0)).toBe(0);
    await world.database.start();
    await world.expectMended(fleet);
  }));

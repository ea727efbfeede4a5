import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { World } from "./world.ts";

const HOSTS = 30;
const HOUR_MS = 3_600_000;
const LASTS_MS = 2_000;

test("a server whose clock jumps an hour ahead and back takes every answer as before", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    for (const offsetMs of [HOUR_MS, -HOUR_MS, 0]) {
      world.servers[0]?.setClock(offsetMs);
      await sleep(LASTS_MS);
      await fleet.heardFromAll(10_000);
    }
    await world.expectMended(fleet);
    expect(fleet.count(({ failures }) => Object.keys(failures).length)).toBe(0);
    expect(world.servers.map((server) => server.complaints())).toEqual([{}, {}]);
  }));

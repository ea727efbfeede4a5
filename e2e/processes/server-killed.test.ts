import { setTimeout as sleep } from "node:timers/promises";
import { test } from "vitest";
import { World } from "./world.ts";

const HOSTS = 40;
const KILLS = 6;
const BETWEEN_MS = 1_500;

test("servers killed at any moment of a commit lose no acknowledged answer and take none twice", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    for (let n = 0; n < KILLS; n++) {
      const [oldest] = world.servers;
      if (oldest) await world.replaceServer(oldest);
      await sleep(Math.random() * BETWEEN_MS);
    }
    await world.expectMended(fleet);
  }));

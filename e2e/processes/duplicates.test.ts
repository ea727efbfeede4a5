import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { test } from "vitest";
import { transaction } from "#db/client.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const RUN_MS = 6_000;

test("reports that arrive twice, at whichever server and in whatever order, count once", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS, { echoMs: 200 });
    await world.warmUp(fleet);
    // Commits that wait for a lock let later reports of the same hosts pass at the other server.
    for (let hostId = 1; hostId <= 3; hostId++) {
      await transaction(world.db, async (tx) => {
        await tx.execute(sql`SELECT * FROM host_agents WHERE host_id = ${hostId} FOR UPDATE`);
        await sleep(RUN_MS / 4);
      });
    }
    await world.expectMended(fleet);
  }));

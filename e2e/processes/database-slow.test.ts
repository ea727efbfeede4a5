import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { test } from "vitest";
import { transaction } from "#db/client.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const HELD_MS = 5_000;

/** Holds what a statement locks, as a careless operator's session does. */
const holdLocks = (world: World, statement: string) =>
  transaction(world.db, async (tx) => {
    await tx.execute(sql.raw(statement));
    await sleep(HELD_MS);
  });

test("locks that others hold for seconds delay answers and lose none", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    await holdLocks(world, "SELECT value FROM revisions WHERE name = 'policies' FOR UPDATE");
    await fleet.heardFromAll(20_000);
    await holdLocks(world, "SELECT host_id FROM host_agents WHERE host_id <= 20 FOR UPDATE");
    await world.expectMended(fleet);
  }));

test("a database that hangs for seconds delays answers and loses none", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    await world.database.pause();
    await sleep(HELD_MS);
    await world.database.resume();
    await world.expectMended(fleet);
  }));

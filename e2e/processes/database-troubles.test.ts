import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const AWAY_MS = 3_000;
const HELD_MS = 5_000;
/** Longer than servers wait for a statement. */
const HANGS_MS = 14_000;
const CONNECTIONS = 40;
const SLOW = "a commit took long: others hold its locks, or the database is slow";
const CANNOT_READ = "cannot read changes from the database";

const world = await World.shared({ servers: 2 });
const { database } = world;

async function running() {
  const fleet = await world.fleet(HOSTS);
  await world.warmUp(fleet);
  return fleet;
}

test("a database that is killed and comes back under load costs no acknowledged answer", async () => {
  const fleet = await running();
  await database.kill();
  await sleep(AWAY_MS);
  // Failures came with a word that makes osquery come again, not with a cut connection.
  expect(fleet.count((host) => host.failures[503] ?? 0)).toBeGreaterThan(0);
  expect(fleet.count((host) => host.failures[0] ?? 0)).toBe(0);
  await database.start();
  await world.expectMended(fleet, [CANNOT_READ]);
});

/** Holds what a statement locks, as a careless operator's session does. */
const holdLocks = (statement: string) =>
  transaction(world.db, async (tx) => {
    await tx.execute(sql.raw(statement));
    await sleep(HELD_MS);
  });

test("locks that others hold for seconds delay answers and lose none", async () => {
  const fleet = await running();
  await holdLocks("SELECT value FROM revisions WHERE name = 'policies' FOR UPDATE");
  await fleet.heardFromAll();
  await holdLocks("SELECT host_id FROM host_agents WHERE host_id <= 20 FOR UPDATE");
  await world.expectMended(fleet, [SLOW]);
});

test("a database that hangs loses no answer, and no host waits for it to the end of its patience", async () => {
  const fleet = await running();
  await database.pause();
  await sleep(HANGS_MS);
  await database.resume();
  await world.expectMended(fleet, [CANNOT_READ]);
  expect(fleet.count((host) => host.failures[0] ?? 0)).toBe(0);
});

/** Connects until the database lets nobody else in. */
async function connectAll(taken: Connection[]): Promise<void> {
  for (;;) {
    const connection = await mysql.createConnection(database.url).catch(() => undefined);
    if (!connection) return;
    connection.on("error", () => undefined);
    taken.push(connection);
  }
}

/** Ends everybody's connections but one's own, as a failover does. */
async function endOthers(own: Connection, taken: Connection[]): Promise<void> {
  const keep = new Set([own, ...taken].map(({ threadId }) => threadId));
  const [rows] = await own.query<RowDataPacket[]>("SHOW PROCESSLIST");
  for (const { Id: id, User: user } of rows) {
    if (user !== "root" || keep.has(id)) continue;
    await own.query(`KILL ${id}`).catch(() => undefined);
  }
}

test("servers that find every connection taken are back as soon as there are some", async () => {
  const fleet = await running();
  const socketPath = new URL(database.url).searchParams.get("socketPath") ?? "";
  const own = await mysql.createConnection({ socketPath, user: "root" });
  const [[limit]] = await own.query<RowDataPacket[]>("SELECT @@max_connections AS connections");
  await own.query(`SET GLOBAL max_connections = ${CONNECTIONS}`);
  const taken: Connection[] = [];
  const untilMs = performance.now() + AWAY_MS;
  while (performance.now() < untilMs) {
    await connectAll(taken);
    await endOthers(own, taken);
    await sleep(50);
  }
  expect(fleet.count((host) => host.failures[503] ?? 0)).toBeGreaterThan(0);
  for (const connection of taken) connection.destroy();
  await own.query(`SET GLOBAL max_connections = ${limit?.connections}`);
  await own.end();
  await world.expectMended(fleet, [CANNOT_READ]);
});

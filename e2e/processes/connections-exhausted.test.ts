import { setTimeout as sleep } from "node:timers/promises";
import mysql, { type Connection, type RowDataPacket } from "mysql2/promise";
import { test } from "vitest";
import { World } from "./world.ts";

const HOSTS = 40;
const CONNECTIONS = 40;
const LASTS_MS = 4_000;

/** Connects until the database lets nobody else in. */
async function connectAll(url: string, taken: Connection[]): Promise<void> {
  for (;;) {
    const connection = await mysql.createConnection(url).catch(() => undefined);
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

test("servers that find every connection taken are back as soon as there are some", () =>
  World.run({ servers: 2 }, async (world) => {
    const fleet = await world.fleet(HOSTS);
    await world.warmUp(fleet);
    const url = new URL(world.database.url);
    const socketPath = url.searchParams.get("socketPath") ?? "";
    const own = await mysql.createConnection({ socketPath, user: "root" });
    const taken: Connection[] = [];
    await own.query(`SET GLOBAL max_connections = ${CONNECTIONS}`);
    const untilMs = performance.now() + LASTS_MS;
    while (performance.now() < untilMs) {
      await connectAll(url.href, taken);
      await endOthers(own, taken);
      await sleep(50);
    }
    for (const connection of taken) connection.destroy();
    await own.query("SET GLOBAL max_connections = 200");
    await own.end();
    await world.expectMended(fleet);
  }));

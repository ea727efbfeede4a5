import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { users } from "#db/schema/users.ts";
import { createSession } from "#lib/auth/sessions.ts";
import { env } from "#lib/env.ts";
import { anyRead, READ } from "./bodies.ts";
import { startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { compare, type Load, run } from "./load.ts";
import { type World, withWorld } from "./world.ts";

const SIZE = { hosts: 1_000, policies: 50 };
const CONNECTIONS = 20;
const START_LIMIT_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** `next start` on the built console, without server.ts. */
async function startNext({ databaseUrl }: World) {
  const root = join(import.meta.dirname, "..");
  if (!existsSync(join(root, env().buildDir, "BUILD_ID"))) {
    throw new Error(`There is no build in ${env().buildDir}: run \`npm run build\` first.`);
  }
  const port = await freePort();
  const program = join(root, "node_modules/next/dist/bin/next");
  const child = spawn(
    process.execPath,
    [program, "start", "--hostname", "127.0.0.1", "--port", String(port)],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_LIMIT_MS;
  const answers = () => fetch(`${url}/version`).then(Boolean, () => false);
  while (!(await answers())) {
    if (Date.now() > deadline) throw new Error("next start did not come up");
    await sleep(100);
  }
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  return { url, stop };
}

async function makeToken({ db }: World): Promise<string> {
  const at = new Date();
  const account = { name: "Bench", email: "bench@example.com", globalRole: "admin" };
  const [user] = await db.insert(users).values({ ...account, createdAt: at, updatedAt: at });
  return (await createSession(db, { userId: user.insertId, kind: "api" })).token;
}

/**
 * What gateways ask: a host with its 50 policies, and the small answer. The reference is the next
 * thing to an empty handler, /version, in the same process.
 */
export function attest(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    await insertMemberships(world.db, SIZE.hosts);
    const headers = { authorization: `Bearer ${await makeToken(world)}` };
    const next = await startNext(world);
    const load = { method: "GET", headers, seconds, connections: CONNECTIONS } as const;
    const paths = {
      attest: "/api/v1/fleet/hosts/7",
      "attest small": "/api/v1/muster/attest/host-7",
    };
    const figures: Figure[] = [];
    for (const [name, path] of Object.entries(paths)) {
      await run(next.url, { ...load, path, seconds: 2 });
      const empty = await run(next.url, { ...load, path: "/version" });
      const own = await run(next.url, { ...load, path });
      if (own.failures > 0) throw new Error(`${own.failures} requests of ${path} failed`);
      figures.push(...loadFigures(name, { own, bare: empty }));
    }
    await next.stop();
    return figures;
  });
}

/** distributed/read with nothing due by way of the Next route. */
export function readMount(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    const next = await startNext(world);
    const load: Load = {
      ...{ path: READ, body: anyRead(SIZE.hosts), seconds, connections: CONNECTIONS },
    };
    await run(next.url, { ...load, seconds: 2 });
    const bare = await startChild("bare", { BENCH_ANSWER: '{"queries":{},"discovery":{}}' });
    const results = await compare(next.url, bare.url, load);
    await bare.stop();
    await next.stop();
    return loadFigures("read-mount", results);
  });
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { env } from "#lib/env.ts";
import { anyRead, READ } from "./bodies.ts";
import { startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { compare, type Load, meanOf, run } from "./load.ts";
import { makeToken } from "./token.ts";
import { type World, withWorld } from "./world.ts";

const SIZE = { hosts: 1_000, policies: 50 };
const CONNECTIONS = 20;
const HOSTS = "/api/v1/fleet/hosts/";
/** A process compiles what runs often while it runs. */
const WARM_UP_SECONDS = 2;
const START_LIMIT_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

const ROOT = join(import.meta.dirname, "..");
/** On the built console, without server.ts. */
const NEXT_START = [
  join(ROOT, "node_modules/next/dist/bin/next"),
  "start",
  "--hostname",
  "127.0.0.1",
];
/** The product, which has Next behind its own mounts. */
const SERVER = ["--import", "tsx", "server.ts", "--roles", "web"];

async function startWeb(argv: readonly string[], { databaseUrl }: World) {
  if (!existsSync(join(ROOT, env().buildDir, "BUILD_ID"))) {
    throw new Error(`There is no build in ${env().buildDir}: run \`npm run build\` first.`);
  }
  const port = String(await freePort());
  const child = spawn(process.execPath, [...argv, "--port", port], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DATABASE_URL: databaseUrl, NODE_ENV: "production" },
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_LIMIT_MS;
  const answers = () =>
    fetch(`${url}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (Date.now() > deadline) throw new Error(`${argv.join(" ")} did not come up`);
    await sleep(100);
  }
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  return { url, stop };
}

/**
 * A host with its 50 policies, hosts at random. The reference is the next thing to an empty handler,
 * /version, which Next answers in the same process.
 */
export function attest(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    await insertMemberships(world.db, SIZE.hosts);
    const headers = { authorization: `Bearer ${await makeToken(world)}` };
    const server = await startWeb(SERVER, world);
    const nextPath = () => `${HOSTS}${1 + Math.floor(Math.random() * SIZE.hosts)}`;
    const load = { method: "GET", headers, seconds, connections: CONNECTIONS } as const;
    const empty: Load = { ...load, path: "/version" };
    const page: Load = { ...load, path: `${HOSTS}7`, nextPath };
    for (const one of [empty, page]) await run(server.url, { ...one, seconds: WARM_UP_SECONDS });
    const bare = meanOf([await run(server.url, empty)]);
    const own = meanOf([await run(server.url, page)]);
    await server.stop();
    return loadFigures("attest", { own, bare });
  });
}

/** distributed/read with nothing due by way of the Next route. */
export function readMount(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    const next = await startWeb(NEXT_START, world);
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

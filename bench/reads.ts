import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { anyRead, inOrder, READ, readBody } from "./bodies.ts";
import { type Child, startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { compare, type Load, run } from "./load.ts";
import { postEach } from "./post.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 100_000, policies: 50 };
const CONNECTIONS = 50;
const IDLE_ANSWER = '{"queries":{},"discovery":{}}';
const TWO_HOURS_MS = 2 * 3_600_000;
/** What was handed out and not answered is handed out again after this. */
const ASK_AGAIN_MS = 61_000;

async function answerOf(server: Child, hostId: number): Promise<string> {
  const response = await fetch(server.url + READ, { method: "POST", body: readBody(hostId) });
  return response.text();
}

/** Compares with a bare server that sends the same bytes, and stops both. */
async function againstBare(
  name: string,
  server: Child,
  answer: string,
  load: Load,
  settings: Record<string, string> = {},
): Promise<Figure[]> {
  const bare = await startChild("bare", { BENCH_ANSWER: answer, ...settings });
  const results = await compare(server.url, bare.url, load);
  await bare.stop();
  await server.stop();
  return loadFigures(name, results);
}

/** distributed/read when nothing is due, 100,000 enrolled hosts at random, one process. */
export function readIdle(seconds: number): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, SIZE, new Date());
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    await postEach(server.url + READ, SIZE.hosts, readBody);
    const answer = await answerOf(server, 1);
    if (answer !== IDLE_ANSWER) throw new Error(`not idle: ${answer.slice(0, 200)}`);
    const load = { path: READ, body: anyRead(SIZE.hosts), seconds, connections: CONNECTIONS };
    return againstBare("read-idle", server, answer, load);
  });
}

/**
 * distributed/read when all 50 policies are due. The first time a process hands SQL to a host it
 * writes that down; that is measured apart, by way of warming up.
 */
export function readDue(seconds: number): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, SIZE, new Date(Date.now() - TWO_HOURS_MS));
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    const answer = await answerOf(server, SIZE.hosts);
    if (!answer.includes("fleet_policy_query_50")) throw new Error(answer.slice(0, 200));
    const startedAt = performance.now();
    const hosts = SIZE.hosts - 1;
    await postEach(server.url + READ, hosts, readBody);
    const first = hosts / ((performance.now() - startedAt) / 1000);
    await sleep(ASK_AGAIN_MS);
    let handed = 0;
    const body = inOrder(hosts, (hostId, round) => {
      if (round > 0) throw new Error("every host has been asked: nothing is due any more");
      handed++;
      return readBody(hostId);
    });
    const bare = await startChild("bare", { BENCH_ANSWER: answer });
    const load = { path: READ, seconds, connections: CONNECTIONS };
    const anyone = { ...load, body: anyRead(SIZE.hosts) };
    const one = await run(bare.url, anyone);
    const own = await run(server.url, { ...load, body });
    const two = await run(bare.url, anyone);
    await bare.stop();
    await server.stop();
    if (own.failures > 0 || handed === 0) throw new Error(`${own.failures} reads failed`);
    const reference = (one.perSecond + two.perSecond) / 2;
    return [
      { name: "read-due", value: own.perSecond, unit: "requests/s", reference },
      {
        name: "read-due p99",
        value: own.p99Ms,
        unit: "ms",
        reference: (one.p99Ms + two.p99Ms) / 2,
      },
      { name: "read-due first", value: first, unit: "requests/s", reference },
    ];
  });
}

/** As read-idle, a new TLS connection with an ECDSA handshake each time. */
export function readTls(seconds: number): Promise<Figure[]> {
  const hosts = 1_000;
  return withWorld(async ({ db, databaseUrl, folder }) => {
    await insertFleet(db, { hosts, policies: SIZE.policies }, new Date());
    const tls = { BENCH_TLS_FOLDER: join(folder, "tls") };
    const server = await startChild("agents", { DATABASE_URL: databaseUrl, ...tls });
    const load = { path: READ, body: anyRead(hosts), seconds, connections: 20, reconnect: true };
    await run(server.url, { ...load, seconds: 1 });
    return againstBare("read-tls", server, IDLE_ANSWER, load, tls);
  });
}

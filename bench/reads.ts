import { setTimeout as sleep } from "node:timers/promises";
import { anyRead, inOrder, READ, readBody } from "./bodies.ts";
import { type Child, startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { compare, type Load, type LoadResult, meanOf, run } from "./load.ts";
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
): Promise<Figure[]> {
  const bare = await startChild("bare", { BENCH_ANSWER: answer });
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
 * distributed/read when all 50 policies are due, each host once. The first time a process hands SQL
 * to a host it writes that down; that is measured apart, by way of warming up. Fewer hosts than
 * above: none of these answers, and 100,000 at once that do not are an outage and not a load.
 */
export function readDue(seconds: number): Promise<Figure[]> {
  const hosts = 20_000;
  return withWorld(async ({ db, databaseUrl }) => {
    const policies = SIZE.policies;
    await insertFleet(db, { hosts, policies }, new Date(Date.now() - TWO_HOURS_MS));
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    const answer = await answerOf(server, hosts);
    if (!answer.includes("fleet_policy_query_50")) throw new Error(answer.slice(0, 200));
    const startedAt = performance.now();
    await postEach(server.url + READ, hosts - 1, readBody);
    const first = hosts / ((performance.now() - startedAt) / 1000);
    const bare = await startChild("bare", { BENCH_ANSWER: answer });
    const load = { path: READ, seconds, connections: CONNECTIONS };
    await run(bare.url, { ...load, body: anyRead(hosts) });
    await sleep(ASK_AGAIN_MS);
    // In turn, as compare() does, but every host only once.
    const amount = hosts / 2;
    const next = inOrder(hosts, readBody);
    const own: LoadResult[] = [];
    const reference: LoadResult[] = [];
    for (let round = 0; round < 2; round++) {
      reference.push(await run(bare.url, { ...load, amount, body: anyRead(hosts) }));
      own.push(await run(server.url, { ...load, amount, body: next }));
    }
    await bare.stop();
    await server.stop();
    const results = { own: meanOf(own), bare: meanOf(reference) };
    return [
      ...loadFigures("read-due", results),
      { name: "read-due first", value: first, unit: "requests/s", reference: null },
    ];
  });
}

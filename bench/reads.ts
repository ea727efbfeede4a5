import { setTimeout as sleep } from "node:timers/promises";
import { anyRead, IDLE_ANSWER, inOrder, READ, readBody } from "./bodies.ts";
import { type Child, startBare, startNext, startProduct } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { compare, inTurn, run } from "./load.ts";
import { postEach } from "./post.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 100_000, policies: 50 };
const CONNECTIONS = 50;
/** Next answers a few hundred a second; more connections only wait. */
const MOUNT_CONNECTIONS = 20;
const TWO_HOURS_MS = 2 * 3_600_000;
/** What was handed out and not answered is handed out again after this. */
const ASK_AGAIN_MS = 61_000;

async function answerOf(server: Child, hostId: number): Promise<string> {
  const response = await fetch(server.url + READ, { method: "POST", body: readBody(hostId) });
  return response.text();
}

export async function requireIdle(server: Child): Promise<void> {
  const answer = await answerOf(server, 1);
  if (answer !== IDLE_ANSWER) throw new Error(`not idle: ${answer.slice(0, 200)}`);
}

/** distributed/read when nothing is due, 100,000 enrolled hosts at random, one process. */
export function readIdle(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    const server = await startProduct(world, ["agents"]);
    await postEach(server.url + READ, SIZE.hosts, readBody);
    await requireIdle(server);
    const bare = await startBare(world, { answer: IDLE_ANSWER });
    const load = { path: READ, body: anyRead(SIZE.hosts), seconds, connections: CONNECTIONS };
    return loadFigures("read-idle", await compare(server, bare, load));
  });
}

/** The same by way of the Next route, with nothing of ours in front. */
export function readMount(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    const hosts = 1_000;
    await insertFleet(world.db, { ...SIZE, hosts }, new Date());
    const server = await startNext(world);
    await requireIdle(server);
    const bare = await startBare(world, { answer: IDLE_ANSWER });
    const load = { path: READ, body: anyRead(hosts), seconds, connections: MOUNT_CONNECTIONS };
    return loadFigures("read-mount", await compare(server, bare, load));
  });
}

/**
 * distributed/read when all 50 policies are due, each host once. The first time a process hands SQL
 * to a host it writes that down; that is measured apart, by way of warming up. Fewer hosts than
 * above: none of these answers, and 100,000 at once that do not are an outage and not a load.
 */
export function readDue(): Promise<Figure[]> {
  const hosts = 40_000;
  const amount = hosts / 2;
  return withWorld(async (world) => {
    const answeredAt = new Date(Date.now() - TWO_HOURS_MS);
    await insertFleet(world.db, { ...SIZE, hosts }, answeredAt);
    const server = await startProduct(world, ["agents"]);
    const answer = await answerOf(server, hosts);
    if (!answer.includes("fleet_policy_query_50")) throw new Error(answer.slice(0, 200));
    const startedAt = performance.now();
    await postEach(server.url + READ, hosts - 1, readBody);
    const first = hosts / ((performance.now() - startedAt) / 1000);
    const bare = await startBare(world, { answer });
    const load = { path: READ, seconds: 0, amount, connections: CONNECTIONS };
    await run(bare, { ...load, body: anyRead(hosts) });
    await sleep(ASK_AGAIN_MS);
    const next = inOrder(hosts, readBody);
    const compared = await inTurn(
      () => run(server, { ...load, body: next }),
      () => run(bare, { ...load, body: anyRead(hosts) }),
    );
    if (compared.own.bytes < answer.length) throw new Error("not all hosts were asked everything");
    return [
      ...loadFigures("read-due", compared),
      { name: "read-due first", value: first, unit: "requests/s" },
    ];
  });
}

import { startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, nodeKeyOf } from "./fleet.ts";
import { type LoadResult, post } from "./load.ts";
import { withWorld } from "./world.ts";

const HOSTS = 100_000;
const POLICIES = 50;
const CONNECTIONS = 50;
const IDLE_ANSWER = '{"queries":{},"discovery":{}}';
const PATH = "/api/osquery/distributed/read";

const anyHost = () =>
  JSON.stringify({ node_key: nodeKeyOf(1 + Math.floor(Math.random() * HOSTS)) });

async function answerOf(url: string, hostId: number): Promise<string> {
  const body = JSON.stringify({ node_key: nodeKeyOf(hostId) });
  return (await fetch(url + PATH, { method: "POST", body })).text();
}

/** Every host asks once, so that what is measured is a server that has been up for a while. */
async function warm(url: string): Promise<void> {
  let next = 0;
  const ask = async () => {
    while (next < HOSTS) await answerOf(url, ++next);
  };
  await Promise.all(Array.from({ length: 64 }, ask));
}

async function against(url: string, answer: string, seconds: number): Promise<LoadResult[]> {
  const bare = await startChild("bare", { BENCH_ANSWER: answer });
  const load = { path: PATH, body: anyHost, seconds, connections: CONNECTIONS };
  const results: LoadResult[] = [];
  // In turn, so that a machine that slows down slows both.
  for (const target of [bare.url, url, bare.url, url])
    results.push(await post({ ...load, url: target }));
  await bare.stop();
  return results;
}

const mean = (a: LoadResult | undefined, b: LoadResult | undefined, of: keyof LoadResult) =>
  ((a?.[of] ?? 0) + (b?.[of] ?? 0)) / 2;

/** distributed/read when nothing is due, 100,000 enrolled hosts at random, one process. */
export function readIdle(seconds: number): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, HOSTS, POLICIES, new Date());
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    await warm(server.url);
    const answer = await answerOf(server.url, 1);
    if (answer !== IDLE_ANSWER) throw new Error(`not idle: ${answer.slice(0, 200)}`);
    const [bare1, own1, bare2, own2] = await against(server.url, IDLE_ANSWER, seconds);
    await server.stop();
    return [
      {
        name: "read-idle",
        value: mean(own1, own2, "perSecond"),
        unit: "requests/s",
        reference: mean(bare1, bare2, "perSecond"),
      },
      {
        name: "read-idle p99",
        value: mean(own1, own2, "p99Ms"),
        unit: "ms",
        reference: mean(bare1, bare2, "p99Ms"),
      },
    ];
  });
}

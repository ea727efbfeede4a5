import { startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { compare, run } from "./load.ts";
import { makeToken } from "./token.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 1_000, policies: 50 };
/** A gateway keeps its connections. */
const CONNECTIONS = 100;
/** A process compiles what runs often while it runs. */
const WARM_UP_SECONDS = 2;
const PREFIX = "/api/v1/muster/attest/host-";

/** The small answer, by host name and bearer token, hosts of 50 policies at random. */
export function attestSmall(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    await insertMemberships(world.db, SIZE.hosts);
    const headers = { authorization: `Bearer ${await makeToken(world)}` };
    const server = await startChild("attest", { DATABASE_URL: world.databaseUrl });
    const response = await fetch(`${server.url}${PREFIX}7`, { headers });
    const answer = await response.text();
    if (!answer.includes('"verdict":"pass"')) throw new Error(answer.slice(0, 200));
    const bare = await startChild("bare", { BENCH_ANSWER: answer });
    const nextPath = () => `${PREFIX}${1 + Math.floor(Math.random() * SIZE.hosts)}`;
    const options = { headers, seconds, connections: CONNECTIONS, nextPath };
    const load = { method: "GET", path: `${PREFIX}7`, ...options } as const;
    for (const { url } of [bare, server]) await run(url, { ...load, seconds: WARM_UP_SECONDS });
    const results = await compare(server.url, bare.url, load);
    await bare.stop();
    await server.stop();
    return loadFigures("attest-small", results);
  });
}

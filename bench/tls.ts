import { request } from "node:https";
import { makeAuthority, makeServerCertificate } from "#lib/tls/certificates.ts";
import { anyRead, READ, readBody } from "./bodies.ts";
import { startChild } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { type LoadResult, meanOf } from "./load.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
const LANES = 32;
const ROUNDS = 2;
const IDLE_ANSWER = '{"queries":{},"discovery":{}}';

/** One request over a connection of its own, as osquery makes them. Answers whether it went well. */
function ask(url: string, body: string): Promise<boolean> {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const options = { method: "POST", agent: false, rejectUnauthorized: false, headers } as const;
  return new Promise((resolve) => {
    const req = request(url, options, (res) => {
      res.resume();
      res.on("end", () => resolve(res.statusCode === 200));
    });
    req.on("error", () => resolve(false));
    req.end(body);
  });
}

/** As load.ts, of which the generator keeps its connections. */
async function askAnew(url: string, seconds: number): Promise<LoadResult> {
  const body = anyRead(SIZE.hosts);
  const startedAt = performance.now();
  const times: number[] = [];
  let failures = 0;
  const lane = async () => {
    while (performance.now() - startedAt < seconds * 1000) {
      const at = performance.now();
      if (await ask(url, body())) times.push(performance.now() - at);
      else failures++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  times.sort((a, b) => a - b);
  const p99Ms = times[Math.floor((times.length - 1) * 0.99)] ?? 0;
  return { perSecond: times.length / ((performance.now() - startedAt) / 1000), p99Ms, failures };
}

/** As read-idle, with a new TLS connection for each request, as osquery does; ECDSA P-256. */
export function readTls(seconds: number): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, SIZE, new Date());
    const { certificate, key } = await makeServerCertificate(await makeAuthority(), "127.0.0.1");
    const tls = { BENCH_TLS: JSON.stringify({ cert: certificate, key }) };
    const server = await startChild("agents", { DATABASE_URL: databaseUrl, ...tls });
    const bare = await startChild("bare", { BENCH_ANSWER: IDLE_ANSWER, ...tls });
    // The first question of a host reads the database.
    for (let hostId = 1; hostId <= SIZE.hosts; hostId += LANES) {
      const ids = Array.from({ length: LANES }, (_, n) => Math.min(SIZE.hosts, hostId + n));
      await Promise.all(ids.map((id) => ask(server.url + READ, readBody(id))));
    }
    const own: LoadResult[] = [];
    const reference: LoadResult[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      reference.push(await askAnew(bare.url + READ, seconds));
      own.push(await askAnew(server.url + READ, seconds));
    }
    await bare.stop();
    await server.stop();
    return loadFigures("read-tls", { own: meanOf(own), bare: meanOf(reference) });
  });
}

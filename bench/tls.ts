import { request } from "node:https";
import { join } from "node:path";
import { ensureSelfSigned } from "#lib/tls/server-tls.ts";
import { anyRead, IDLE_ANSWER, READ, readBody } from "./bodies.ts";
import { type Child, startBare, startProduct } from "./child.ts";
import { type Figure, loadFigures } from "./figure.ts";
import { insertFleet } from "./fleet.ts";
import { inTurn, type LoadResult, measured } from "./load.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
const LANES = 32;
const HOST = "127.0.0.1";

/** One request over a connection of its own, as osquery makes them. Answers its bytes, 0 if it failed. */
function ask(url: string, body: string): Promise<number> {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const options = { method: "POST", agent: false, rejectUnauthorized: false, headers } as const;
  return new Promise((resolve) => {
    const req = request(url, options, (res) => {
      res.resume();
      res.on("end", () => resolve(res.statusCode === 200 ? res.socket.bytesRead : 0));
    });
    req.on("error", () => resolve(0));
    req.end(body);
  });
}

/** As run(), of which the generator keeps its connections. */
function askAnew(server: Child, seconds: number): Promise<LoadResult> {
  const body = anyRead(SIZE.hosts);
  return measured(server, async (took) => {
    const untilMs = performance.now() + seconds * 1000;
    let failures = 0;
    const lane = async () => {
      while (performance.now() < untilMs) {
        const startedAtMs = performance.now();
        const bytes = await ask(server.url + READ, body());
        if (bytes > 0) took(performance.now() - startedAtMs, bytes);
        else failures++;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return failures;
  });
}

/** As read-idle, with a new TLS connection for each request, as osquery does; ECDSA P-256. */
export function readTls(seconds: number): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    const tls = await ensureSelfSigned(join(world.folder, "tls"), HOST);
    const server = await startProduct(world, ["agents"], ["--tls-self-signed", HOST]);
    const bare = await startBare(world, { answer: IDLE_ANSWER, tls });
    // The first question of a host reads the database.
    for (let hostId = 1; hostId <= SIZE.hosts; hostId += LANES) {
      const ids = Array.from({ length: LANES }, (_, n) => Math.min(SIZE.hosts, hostId + n));
      await Promise.all(ids.map((id) => ask(server.url + READ, readBody(id))));
    }
    const compared = await inTurn(
      () => askAnew(server, seconds),
      () => askAnew(bare, seconds),
    );
    return loadFigures("read-tls", compared);
  });
}

import autocannon, { type Options, type Request } from "autocannon";
import { type Child, processorUs } from "./child.ts";

export interface Load {
  path: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  /** Makes the next path, instead of the one above; called once per request. */
  nextPath?: () => string;
  /** Makes the next body; likewise. */
  body?: () => string;
  seconds: number;
  /** So many requests instead of so many seconds. */
  amount?: number;
  connections: number;
}

export interface LoadResult {
  answered: number;
  perSecond: number;
  p99Ms: number;
  /** Time of processors that the server took for one request, in microseconds. */
  processorUs: number;
  /** Of one answer with its head. */
  bytes: number;
}

type Took = (ms: number, bytes: number) => void;

/**
 * What a load took, from its first request to its last answer. `fire` tells of every good answer
 * and resolves to how many were not. Throws when any was not: a refusal is quick, and would make a
 * good figure.
 */
export async function measured(
  server: Child,
  fire: (took: Took) => Promise<number>,
): Promise<LoadResult> {
  const times: number[] = [];
  const sums = { bytes: 0, beganAtMs: 0, endedAtMs: 0 };
  const usedUs = await processorUs(server);
  const failures = await fire((ms, bytes) => {
    sums.endedAtMs = performance.now();
    if (times.length === 0) sums.beganAtMs = sums.endedAtMs - ms;
    sums.bytes += bytes;
    times.push(ms);
  });
  const processor = (await processorUs(server)) - usedUs;
  if (failures > 0) throw new Error(`${failures} requests to ${server.url} failed`);
  if (times.length === 0) throw new Error(`${server.url} answered nothing`);
  return {
    answered: times.length,
    perSecond: times.length / ((sums.endedAtMs - sums.beganAtMs) / 1000),
    p99Ms: percentile(times, 0.99),
    processorUs: processor / times.length,
    bytes: sums.bytes / times.length,
  };
}

/** Asks as fast as the server answers. */
export function run(server: Child, load: Load): Promise<LoadResult> {
  const { body, nextPath } = load;
  const change = (request: Request): Request => ({
    ...request,
    ...(body ? { body: body() } : {}),
    ...(nextPath ? { path: nextPath() } : {}),
  });
  const options: Options = {
    url: server.url + load.path,
    method: load.method ?? "POST",
    connections: load.connections,
    ...(load.amount ? { amount: load.amount } : { duration: load.seconds }),
    headers: { "content-type": "application/json", ...load.headers },
    requests: [{ setupRequest: change }],
  };
  // Its own times are whole milliseconds, and it ends at a tick of a second.
  const fire = (took: Took) =>
    new Promise<number>((resolve, reject) => {
      let refused = 0;
      const running = autocannon(options, (error, result) =>
        error ? reject(error) : resolve(refused + result.errors),
      );
      running.on("response", (_, status, bytes, ms) => {
        if (status >= 200 && status < 300) took(ms, bytes);
        else refused++;
      });
    });
  return measured(server, fire);
}

export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function meanOf(results: readonly LoadResult[]): LoadResult {
  const of = (name: keyof LoadResult) => mean(results.map((result) => result[name]));
  return {
    answered: of("answered"),
    perSecond: of("perSecond"),
    p99Ms: of("p99Ms"),
    processorUs: of("processorUs"),
    bytes: of("bytes"),
  };
}

export interface Compared {
  own: LoadResult;
  bare: LoadResult;
}

const ROUNDS = 2;

/** Two loads in turn, so that a machine that slows down slows both. Answers the means. */
export async function inTurn(
  own: () => Promise<LoadResult>,
  bare: () => Promise<LoadResult>,
): Promise<Compared> {
  const results: { own: LoadResult[]; bare: LoadResult[] } = { own: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    results.bare.push(await bare());
    results.own.push(await own());
  }
  return { own: meanOf(results.own), bare: meanOf(results.bare) };
}

/** A process compiles what runs often while it runs. */
const WARM_UP_SECONDS = 2;

/** Two servers under the same load. */
export async function compare(own: Child, bare: Child, load: Load): Promise<Compared> {
  for (const server of [bare, own]) await run(server, { ...load, seconds: WARM_UP_SECONDS });
  return inTurn(
    () => run(own, load),
    () => run(bare, load),
  );
}

import autocannon from "autocannon";

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
  perSecond: number;
  p99Ms: number;
  failures: number;
}

/** Asks as fast as the server answers. */
export async function run(url: string, load: Load): Promise<LoadResult> {
  const { body, nextPath } = load;
  const result = await autocannon({
    url: url + load.path,
    method: load.method ?? "POST",
    connections: load.connections,
    ...(load.amount ? { amount: load.amount } : { duration: load.seconds }),
    headers: { "content-type": "application/json", ...load.headers },
    ...(body ? { requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }] } : {}),
    ...(nextPath
      ? { requests: [{ setupRequest: (request) => ({ ...request, path: nextPath() }) }] }
      : {}),
  });
  return {
    perSecond: result["2xx"] / result.duration,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Throws when any request failed: a refusal is quick, and would make a good figure. */
export function meanOf(results: LoadResult[]): LoadResult {
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  if (failures > 0) throw new Error(`${failures} requests failed`);
  const perSecond = mean(results.map((result) => result.perSecond));
  if (perSecond === 0) throw new Error("nothing was answered");
  return { perSecond, p99Ms: mean(results.map((result) => result.p99Ms)), failures };
}

const ROUNDS = 2;

/** Two servers in turn, so that a machine that slows down slows both. */
export async function compare(
  own: string,
  bare: string,
  load: Load,
): Promise<{ own: LoadResult; bare: LoadResult }> {
  const results: { own: LoadResult[]; bare: LoadResult[] } = { own: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    results.bare.push(await run(bare, load));
    results.own.push(await run(own, load));
  }
  return { own: meanOf(results.own), bare: meanOf(results.bare) };
}

import autocannon from "autocannon";

export interface Load {
  url: string;
  path: string;
  /** Makes the next body; called once per request. */
  body: () => string;
  seconds: number;
  connections: number;
}

export interface LoadResult {
  perSecond: number;
  p99Ms: number;
  failures: number;
}

/** Posts as fast as the server answers. */
export async function post(load: Load): Promise<LoadResult> {
  const result = await autocannon({
    url: load.url + load.path,
    method: "POST",
    connections: load.connections,
    duration: load.seconds,
    headers: { "content-type": "application/json" },
    requests: [{ setupRequest: (request) => ({ ...request, body: load.body() }) }],
  });
  return {
    perSecond: result.requests.average,
    p99Ms: result.latency.p99,
    failures: result.non2xx + result.errors + result.timeouts,
  };
}

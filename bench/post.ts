import { Agent, request } from "node:http";

export interface Posted {
  status: number;
  body: string;
}

/** One POST over the agent's connections. Rejects when the connection breaks. */
export function post(url: string, body: string, agent: Agent): Promise<Posted> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const req = request(url, { method: "POST", agent, headers }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () =>
        resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      );
    });
    req.on("error", reject);
    req.end(body);
  });
}

/** Posts `count` bodies over a few connections, each once. Throws on a refusal. */
export async function postEach(
  url: string,
  count: number,
  bodyOf: (n: number) => string,
): Promise<void> {
  const connections = 64;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const answer = await post(url, bodyOf(++next), agent);
      if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
}

/** When something began and ended, in ms of performance.now(). */
export interface Timed {
  startedAtMs: number;
  endedAtMs: number;
}

/** Posts at a steady pace until stopped, and remembers how long each answer took. */
export function postSteadily(url: string, bodyOf: () => string, perSecond: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 500 });
  const answered: Timed[] = [];
  const underWay = new Set<Promise<void>>();
  let failures = 0;
  const one = async () => {
    const startedAtMs = performance.now();
    const answer = await post(url, bodyOf(), agent).catch(() => undefined);
    if (answer?.status !== 200) failures++;
    answered.push({ startedAtMs, endedAtMs: performance.now() });
  };
  const begunAtMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const wanted = ((performance.now() - begunAtMs) / 1000) * perSecond;
    for (; sent < wanted; sent++) {
      const posting = one().finally(() => underWay.delete(posting));
      underWay.add(posting);
    }
  }, 5);
  return {
    answered,
    async stop(): Promise<void> {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
      if (failures > 0) throw new Error(`${failures} posts failed`);
    },
  };
}

/** The slowest answer that was under way at some time of a step. */
export function slowestMs(answered: readonly Timed[], step: Timed): number {
  return answered
    .filter((one) => one.startedAtMs < step.endedAtMs && one.endedAtMs > step.startedAtMs)
    .reduce((most, one) => Math.max(most, one.endedAtMs - one.startedAtMs), 0);
}

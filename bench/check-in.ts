import type { Agent } from "node:http";
import { READ, readBody, WRITE } from "./bodies.ts";
import { nodeKeyOf } from "./fleet.ts";
import { post } from "./post.ts";

/** One request of a check-in. */
export interface Step {
  path: string;
  status: number;
  ms: number;
}

export interface CheckedIn {
  steps: Step[];
  /** The names of what the host was asked. */
  asked: string[];
  /** For so long from now on the host checks in every 5 s. */
  accelerateSeconds: number;
}

async function step(url: string, path: string, body: string, agent: Agent) {
  const startedAt = performance.now();
  const answer = await post(url + path, body, agent).catch((error: unknown) => ({
    status: 0,
    body: String(error),
  }));
  if (answer.status !== 200)
    console.error(`${path}: ${answer.status} ${answer.body.slice(0, 200)}`);
  return { path, status: answer.status, ms: performance.now() - startedAt, body: answer.body };
}

/**
 * What osquery does every ten seconds, without running any SQL: asks, and answers at once. `passes`
 * says how a policy stands; details have no rows, which changes nothing of the host.
 */
export async function checkIn(
  url: string,
  hostId: number,
  agent: Agent,
  passes: (policyId: number) => boolean,
): Promise<CheckedIn> {
  const read = await step(url, READ, readBody(hostId), agent);
  const { queries = {}, accelerate: accelerateSeconds = 0 } =
    read.status === 200 ? JSON.parse(read.body) : {};
  const asked = Object.keys(queries);
  if (asked.length === 0) return { steps: [read], asked, accelerateSeconds };
  const rows = (name: string) => {
    const policyId = Number(/^fleet_policy_query_(\d+)$/.exec(name)?.[1]);
    return policyId && passes(policyId) ? [{ "1": "1" }] : [];
  };
  const body = {
    node_key: nodeKeyOf(hostId),
    queries: Object.fromEntries(asked.map((name) => [name, rows(name)])),
    statuses: Object.fromEntries(asked.map((name) => [name, 0])),
    messages: {},
  };
  const write = await step(url, WRITE, JSON.stringify(body), agent);
  return { steps: [read, write], asked, accelerateSeconds };
}

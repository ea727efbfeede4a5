import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { requestRefetch } from "#lib/hosts/manage.ts";
import { checkIn } from "./check-in.ts";
import { startProduct } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { percentile } from "./load.ts";
import { makeToken } from "./token.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 80, policies: 50 };
const CHECK_IN_MS = 10_000;
/** osquery's own, while it is told to. */
const ACCELERATED_MS = 5_000;
/** What people are promised: within a check-in and so much. */
const PROMISED_MS = 1_000;
const ASK_GATEWAY_MS = 50;
const GIVE_UP_MS = 60_000;
/** insertPolicies makes every fifth critical, and the gate is for those. */
const CRITICAL = 5;

/** Moments of one person's way back to work, in ms of performance.now(). */
interface Way {
  /** How often its laptop checks in. */
  checkInMs: number;
  pressedMs: number;
  askedMs: number;
  answeredMs: number;
  passedMs: number;
}

interface Servers {
  agents: string;
  gateway: string;
  token: string;
}

async function verdict({ gateway, token }: Servers, hostId: number): Promise<string> {
  const response = await fetch(`${gateway}/api/v1/muster/attest/host-${hostId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const answer = (await response.json()) as { verdict?: string };
  return String(answer.verdict);
}

/** A laptop that checks in so often; `isFixed` once its owner has mended it. */
async function live(
  servers: Servers,
  hostId: number,
  agent: Agent,
  way: Way,
  isFixed: () => boolean,
) {
  const { checkInMs } = way;
  await sleep(Math.random() * checkInMs);
  while (way.passedMs === 0) {
    const startedMs = performance.now();
    const passes = (policyId: number) => policyId !== CRITICAL || isFixed();
    const { asked } = await checkIn(servers.agents, hostId, agent, passes);
    const isAnswer = isFixed() && asked.includes(`fleet_policy_query_${CRITICAL}`);
    if (isAnswer && way.answeredMs === 0) {
      way.askedMs = startedMs;
      way.answeredMs = performance.now();
    }
    await sleep(Math.max(0, startedMs + checkInMs - performance.now()));
  }
}

/** `again`: within the minutes after the first press in which the host was told to come more often. */
async function person(
  servers: Servers,
  hostId: number,
  agent: Agent,
  again: boolean,
): Promise<Way> {
  const way = { checkInMs: CHECK_IN_MS, pressedMs: 0, askedMs: 0, answeredMs: 0, passedMs: 0 };
  await requestRefetch(SYSTEM, hostId, "my_device");
  // The process that hosts talk to sees the refetch within a second.
  for (let at = 0; (await verdict(servers, hostId)) !== "fail"; at++) {
    if (at > 20) throw new Error(`host ${hostId} does not fail`);
    const fails = (policyId: number) => policyId !== CRITICAL;
    const { accelerateSeconds } = await checkIn(servers.agents, hostId, agent, fails);
    if (again && accelerateSeconds > 0) way.checkInMs = ACCELERATED_MS;
    await sleep(500);
  }
  let fixed = false;
  const living = live(servers, hostId, agent, way, () => fixed);
  await sleep(Math.random() * way.checkInMs);
  fixed = true;
  way.pressedMs = performance.now();
  await requestRefetch(SYSTEM, hostId, "my_device");
  while ((await verdict(servers, hostId)) !== "pass") {
    if (performance.now() - way.pressedMs > GIVE_UP_MS)
      throw new Error(`host ${hostId} never passes`);
    await sleep(ASK_GATEWAY_MS);
  }
  way.passedMs = performance.now();
  await living;
  return way;
}

function figures(title: string, ways: readonly Way[]): Figure[] {
  const checkInMs = ways[0]?.checkInMs ?? CHECK_IN_MS;
  const p95 = (of: (way: Way) => number) => percentile(ways.map(of), 0.95);
  const figure = (name: string, value: number, reference?: number): Figure => ({
    ...{ name, value, unit: "ms", reference },
  });
  return [
    figure(
      title,
      p95((way) => way.passedMs - way.pressedMs),
      checkInMs + PROMISED_MS,
    ),
    figure(
      `${title}, until asked`,
      p95((way) => way.askedMs - way.pressedMs),
      checkInMs,
    ),
    figure(
      `${title}, until answered`,
      p95((way) => way.answeredMs - way.askedMs),
    ),
    figure(
      `${title}, until told`,
      p95((way) => way.passedMs - way.answeredMs),
    ),
  ];
}

/**
 * Check again on a failing host that has been fixed, until the gateway hears that it passes. The
 * button is pressed in this process, hosts and gateway ask two others: only the database connects
 * them.
 */
export function fixToVerdict(): Promise<Figure[]> {
  return withWorld(async (world) => {
    await insertFleet(world.db, SIZE, new Date());
    await insertMemberships(world.db, SIZE.hosts);
    const agents = await startProduct(world, ["agents"]);
    const web = await startProduct(world, ["web"]);
    const servers = { agents: agents.url, gateway: web.url, token: await makeToken(world) };
    const agent = new Agent({ keepAlive: true });
    const hostIds = Array.from({ length: SIZE.hosts }, (_, n) => n + 1);
    const isAgain = (hostId: number) => hostId % 2 === 0;
    const ways = await Promise.all(
      hostIds.map((hostId) => person(servers, hostId, agent, isAgain(hostId))),
    );
    agent.destroy();
    const of = (again: boolean) => ways.filter((_, n) => isAgain(hostIds[n] ?? 0) === again);
    return [
      ...figures("fix-to-verdict", of(false)),
      ...figures("fix-to-verdict, pressed again", of(true)),
    ];
  });
}

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import { checkIn, type Step } from "./check-in.ts";
import { residentBytes, startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
const CHECK_IN_MS = 10_000;
const SECONDS = Number(process.env.BENCH_SOAK_SECONDS ?? 600);
/**
 * The last answers are this old at the start. Policies are due after an hour less a tenth at most, so
 * all hosts become due within the next six minutes: ten times the load of a fleet in its stride.
 */
const ANSWERED_AGO_MS = 0.9 * 3_600_000;
/** Of the first answers, one in this many says the opposite of the last. */
const FAILING_ONE_IN = 20;

interface Counts {
  policyId: number;
  passing: number;
  failing: number;
}

/** Counts as Muster keeps them, and as the rows say. */
async function countsOf(db: Database): Promise<{ kept: Counts[]; recounted: Counts[] }> {
  const [kept] = await db.$client.query<RowDataPacket[]>(
    `SELECT policy_id AS policyId, sum(passing_host_count) AS passing,
     sum(failing_host_count) AS failing FROM policy_stats GROUP BY 1 ORDER BY 1`,
  );
  const [recounted] = await db.$client.query<RowDataPacket[]>(
    `SELECT policy_id AS policyId, sum(state = 'pass') AS passing, sum(state = 'fail') AS failing
     FROM policy_membership GROUP BY 1 ORDER BY 1`,
  );
  const numbers = (rows: RowDataPacket[]): Counts[] =>
    rows.map((row) => ({
      policyId: Number(row.policyId),
      passing: Number(row.passing),
      failing: Number(row.failing),
    }));
  return { kept: numbers(kept), recounted: numbers(recounted) };
}

const fails = (hostId: number, policyId: number) => (hostId + policyId) % FAILING_ONE_IN === 0;

/** Every host at its own moment of the ten seconds, again and again. Requests go out when they are due. */
async function soakFor(url: string, seconds: number): Promise<Step[]> {
  // In turn: one that is left idle for seconds is closed by the server just when it is taken again.
  const agent = new Agent({ keepAlive: true, maxSockets: 2_000, scheduling: "fifo" });
  const steps: Step[] = [];
  const underWay = new Set<Promise<unknown>>();
  const startedAt = performance.now();
  const total = (SIZE.hosts * seconds * 1000) / CHECK_IN_MS;
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, ((performance.now() - startedAt) * SIZE.hosts) / CHECK_IN_MS);
    for (; sent < due; sent++) {
      const hostId = 1 + (sent % SIZE.hosts);
      const checking = checkIn(url, hostId, agent, (policyId) => !fails(hostId, policyId))
        .then((done) => steps.push(...done.steps))
        .finally(() => underWay.delete(checking));
      underWay.add(checking);
    }
    await sleep(2);
  }
  await Promise.all(underWay);
  agent.destroy();
  return steps;
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

/** 20,000 hosts at their usual pace, in their busiest minutes, on one process; counts exact at the end. */
export function soak(): Promise<Figure[]> {
  return withWorld(async ({ db, databaseUrl }) => {
    await insertFleet(db, SIZE, new Date(Date.now() - ANSWERED_AGO_MS));
    await insertMemberships(db, SIZE.hosts);
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    // One round first, in which the process meets every host.
    await soakFor(server.url, CHECK_IN_MS / 1000);
    const before = await residentBytes(server);
    const steps = await soakFor(server.url, SECONDS);
    const after = await residentBytes(server);
    await server.stop();
    const { kept, recounted } = await countsOf(db);
    const errors = steps.filter(({ status }) => status !== 200).length;
    const times = steps.map(({ ms }) => ms).sort((a, b) => a - b);
    const writes = steps.filter(({ path }) => path.endsWith("write")).length;
    const wrong = kept.filter((one, n) => JSON.stringify(one) !== JSON.stringify(recounted[n]));
    const failing = recounted.reduce((sum, one) => sum + one.failing, 0);
    return [
      { name: "soak errors", value: errors, unit: "requests", reference: null },
      { name: "soak p50", value: percentile(times, 0.5), unit: "ms", reference: null },
      { name: "soak p99", value: percentile(times, 0.99), unit: "ms", reference: 100 },
      { name: "soak slowest", value: percentile(times, 1), unit: "ms", reference: null },
      { name: "soak requests", value: steps.length / SECONDS, unit: "/s", reference: null },
      { name: "soak reports", value: writes, unit: "of 50 answers", reference: null },
      { name: "soak failing", value: failing, unit: "memberships", reference: null },
      { name: "soak wrong counts", value: wrong.length, unit: "policies", reference: null },
      { name: "soak memory", value: after / 1e6, unit: "MB", reference: before / 1e6 },
    ];
  });
}

import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { IDLE_ANSWER } from "./bodies.ts";
import { checkIn, type Step } from "./check-in.ts";
import { memoryOf, startBare, startProduct } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { percentile } from "./load.ts";
import { Said, wrongCounts } from "./said.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
const CHECK_IN_MS = 10_000;
const SECONDS = Number(process.env.BENCH_SOAK_SECONDS ?? 600);
const BARE_SECONDS = 30;
/**
 * The last answers are this old at the start. Policies are due after an hour less a tenth at most, so
 * all hosts become due within the next six minutes: ten times the load of a fleet in its stride.
 */
const ANSWERED_AGO_MS = 0.9 * 3_600_000;
/** Of the first answers, one in this many says the opposite of the last. */
const FAILING_ONE_IN = 20;

const passes = (hostId: number, policyId: number) => (hostId + policyId) % FAILING_ONE_IN !== 0;

/** Every host at its own moment of the ten seconds, again and again. Requests go out when they are due. */
async function soakFor(url: string, seconds: number, said: Said): Promise<Step[]> {
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
      const checking = checkIn(url, hostId, agent, (policyId) => passes(hostId, policyId))
        .then((done) => {
          steps.push(...done.steps);
          said.take(hostId, done, passes);
        })
        .finally(() => underWay.delete(checking));
      underWay.add(checking);
    }
    await sleep(2);
  }
  await Promise.all(underWay);
  agent.destroy();
  return steps;
}

/** How long requests took, beside those to a server that does nothing and so is never asked to write. */
function timeFigures(own: readonly Step[], bare: readonly Step[]): Figure[] {
  const msOf = (steps: readonly Step[]) => steps.map(({ ms }) => ms);
  const figure = (name: string, share: number): Figure => ({
    name: `soak ${name}`,
    value: percentile(msOf(own), share),
    unit: "ms",
    reference: percentile(msOf(bare), share),
  });
  return [figure("p50", 0.5), figure("p99", 0.99), figure("slowest", 1)];
}

/**
 * 20,000 hosts at their usual pace, in their busiest minutes, on one process that is the worker too.
 * At the end rows are what hosts said, and counts are what the rows say.
 */
export function soak(): Promise<Figure[]> {
  return withWorld(async (world) => {
    const policyIds = await insertFleet(world.db, SIZE, new Date(Date.now() - ANSWERED_AGO_MS));
    await insertMemberships(world.db, SIZE.hosts);
    const said = new Said(SIZE.hosts, policyIds);
    const bare = await startBare(world, { answer: IDLE_ANSWER });
    const plain = await soakFor(bare.url, BARE_SECONDS, said);
    await bare.stop();
    // Their answers are from before history was kept: the worker writes it down meanwhile, as after an upgrade.
    const server = await startProduct(world, ["agents", "worker"]);
    // One round first, in which the process meets every host.
    await soakFor(server.url, CHECK_IN_MS / 1000, said);
    const before = await memoryOf(server);
    const steps = await soakFor(server.url, SECONDS, said);
    const after = await memoryOf(server);
    await server.stop();
    await said.compare(world.db);
    const wrong = await wrongCounts(world.db);
    if (wrong.length > 0) throw new Error(`counts are not their rows: ${JSON.stringify(wrong)}`);
    const errors = steps.filter(({ status }) => status !== 200).length;
    const writes = steps.filter(({ path }) => path.endsWith("write")).length;
    const megabytes = { value: after.residentBytes / 1e6, reference: before.residentBytes / 1e6 };
    return [
      { name: "soak errors", value: errors, unit: "requests" },
      ...timeFigures(steps, plain),
      { name: "soak requests", value: steps.length / SECONDS, unit: "/s" },
      { name: "soak reports", value: writes, unit: "of 50 answers" },
      { name: "soak failing", value: said.failing, unit: "memberships" },
      { name: "soak memory", ...megabytes, unit: "MB" },
    ];
  });
}

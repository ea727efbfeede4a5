import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { rollUpPolicy } from "#lib/worker/roll-up.ts";
import { inOrder, WRITE, writeBodies } from "./bodies.ts";
import { startProduct } from "./child.ts";
import type { Figure } from "./figure.ts";
import { type FleetSize, insertFleet, insertMemberships } from "./fleet.ts";
import { postSteadily, slowestMs, type Timed } from "./post.ts";
import { withWorld } from "./world.ts";

const LARGE = { hosts: 100_000, policies: 50 };
const SMALL = { hosts: 20_000, policies: 50 };
/** 100,000 hosts that answer once an hour. */
const WRITES_PER_SECOND = 28;
const CALM_MS = 10_000;
const PAUSE_MS = 500;
const EDITS = 10;
/** Policies whose counts are put off by some hosts, for the recount to repair. */
const DRIFTING = 10;
const DRIFT_HOSTS = 7;

interface UnderWrites<T> {
  result: T;
  /** The slowest write that was under way during one of some steps; and before any of them. */
  slowestDuring: (steps: readonly Timed[]) => number;
  slowestBeforeMs: number;
}

/** `work` on the memberships of a fleet while hosts report, each with other answers than before. */
function underWrites<T>(
  size: FleetSize,
  work: (db: Database, policyIds: number[]) => Promise<T>,
): Promise<UnderWrites<T>> {
  return withWorld(async (world) => {
    const policyIds = await insertFleet(world.db, size, new Date());
    await insertMemberships(world.db, size.hosts);
    const server = await startProduct(world, ["agents"]);
    const write = writeBodies(policyIds);
    const body = inOrder(size.hosts, (hostId) => write(hostId, "fail"));
    const writing = postSteadily(server.url + WRITE, body, WRITES_PER_SECOND);
    await sleep(CALM_MS / 2);
    const calm = await timed(() => sleep(CALM_MS / 2));
    const result = await work(world.db, policyIds);
    await writing.stop();
    const slowestDuring = (steps: readonly Timed[]) =>
      Math.max(...steps.map((step) => slowestMs(writing.answered, step)));
    return { result, slowestDuring, slowestBeforeMs: slowestDuring([calm]) };
  });
}

async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const startedAtMs = performance.now();
  await work();
  return { startedAtMs, endedAtMs: performance.now() };
}

const msOf = ({ startedAtMs, endedAtMs }: Timed) => endedAtMs - startedAtMs;
const slowestOf = (steps: readonly Timed[]) => Math.max(...steps.map(msOf));

/** Changing a policy's SQL. The reference changes one column of the same row and nothing else. */
export async function edit(): Promise<Figure[]> {
  const { result, slowestDuring, slowestBeforeMs } = await underWrites(
    LARGE,
    async (db, policyIds) => {
      const edits: Timed[] = [];
      const plain: Timed[] = [];
      for (const [n, id] of policyIds.slice(0, EDITS).entries()) {
        const patch = modifyPolicyBody.parse({ query: `SELECT ${n} FROM osquery_info;` });
        edits.push(await timed(() => modifyPolicy(SYSTEM, null, id, patch)));
        await sleep(PAUSE_MS);
        const statement = "UPDATE policies SET description = ? WHERE id = ?";
        plain.push(await timed(() => db.$client.query(statement, [`edit ${n}`, id])));
        await sleep(PAUSE_MS);
      }
      return { edits, plain };
    },
  );
  const { edits, plain } = result;
  const write = { value: slowestDuring(edits), unit: "ms", reference: slowestBeforeMs };
  return [
    { name: "edit", value: slowestOf(edits), unit: "ms, of 10", reference: slowestOf(plain) },
    { name: "edit, slowest write", ...write },
  ];
}

/** Puts a policy's counts off and has the recount find and repair it. */
async function repair(db: Database, policyId: number): Promise<Timed> {
  await db.$client.query(
    "UPDATE policy_stats SET passing_host_count = passing_host_count + ? WHERE policy_id = ?",
    [DRIFT_HOSTS, policyId],
  );
  return timed(async () => {
    const drift = await rollUpPolicy(db, policyId);
    if (drift !== DRIFT_HOSTS) throw new Error(`${DRIFT_HOSTS} hosts off, ${drift} repaired`);
  });
}

async function rollUp(size: FleetSize): Promise<Figure[]> {
  const { result, slowestDuring, slowestBeforeMs } = await underWrites(
    size,
    async (db, policyIds) => {
      const steps: Timed[] = [];
      for (const id of policyIds) steps.push(await timed(() => rollUpPolicy(db, id)));
      const count = "SELECT policy_id, state, count(*) FROM policy_membership GROUP BY 1, 2";
      const plain = await timed(() => db.$client.query(count));
      const repairs: Timed[] = [];
      for (const id of policyIds.slice(0, DRIFTING)) {
        await sleep(PAUSE_MS);
        repairs.push(await repair(db, id));
      }
      return { steps, plain, repairs };
    },
  );
  const { steps, plain, repairs } = result;
  const millions = (size.hosts * size.policies) / 1e6;
  const total = steps.reduce((sum, step) => sum + msOf(step), 0);
  const name = `rollup of ${millions}M`;
  const perMillion = { value: total / 1000 / millions, reference: msOf(plain) / 1000 / millions };
  const figure = (what: string, value: number, reference?: number): Figure => ({
    ...{ name: `${name}, ${what}`, value, unit: "ms", reference },
  });
  return [
    { name, ...perMillion, unit: "s/million rows" },
    figure("slowest policy", slowestOf(steps)),
    figure("slowest write", slowestDuring(steps), slowestBeforeMs),
    figure("slowest repair", slowestOf(repairs)),
    figure("slowest write in repair", slowestDuring(repairs), slowestBeforeMs),
  ];
}

/** The hourly recount. The reference counts the same rows in one statement that repairs nothing. */
export const rollup = async (): Promise<Figure[]> => [
  ...(await rollUp(SMALL)),
  ...(await rollUp(LARGE)),
];

import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { rollUpPolicy } from "#lib/worker/roll-up.ts";
import { inOrder, WRITE, writeBodies } from "./bodies.ts";
import { startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { postSteadily, slowestMs } from "./post.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 100_000, policies: 50 };
const MILLIONS = (SIZE.hosts * SIZE.policies) / 1e6;
/** 100,000 hosts that answer once an hour. */
const WRITES_PER_SECOND = 28;
const CALM_MS = 10_000;
const EDITS = 10;

interface Measured {
  slowestWriteMs: number;
  slowestWriteBeforeMs: number;
}

/** `work` on 5,000,000 memberships while hosts report, each with other answers than before. */
function underWrites<T>(
  work: (db: Database, policyIds: number[]) => Promise<T>,
): Promise<T & Measured> {
  return withWorld(async ({ db, databaseUrl }) => {
    const policyIds = await insertFleet(db, SIZE, new Date());
    await insertMemberships(db, SIZE.hosts);
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    const write = writeBodies(policyIds);
    const body = inOrder(SIZE.hosts, (hostId) => write(hostId, "fail"));
    const writing = postSteadily(server.url + WRITE, body, WRITES_PER_SECOND);
    await sleep(CALM_MS);
    const fromMs = performance.now();
    const slowestWriteBeforeMs = slowestMs(writing.answered, fromMs - CALM_MS / 2, fromMs);
    const result = await work(db, policyIds);
    const toMs = performance.now();
    await writing.stop();
    await server.stop();
    const slowestWriteMs = slowestMs(writing.answered, fromMs, toMs);
    return { ...result, slowestWriteMs, slowestWriteBeforeMs };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Changing a policy's SQL. The reference changes one column of the same row and nothing else. */
export async function edit(): Promise<Figure[]> {
  const result = await underWrites(async (db, policyIds) => {
    const edits: number[] = [];
    const plain: number[] = [];
    for (const [n, id] of policyIds.slice(0, EDITS).entries()) {
      const patch = modifyPolicyBody.parse({ query: `SELECT ${n} FROM osquery_info;` });
      edits.push(await timed(() => modifyPolicy(SYSTEM, null, id, patch)));
      await sleep(500);
      const statement = "UPDATE policies SET description = ? WHERE id = ?";
      plain.push(await timed(() => db.$client.query(statement, [`edit ${n}`, id])));
      await sleep(500);
    }
    return { slowest: Math.max(...edits), plain: Math.max(...plain) };
  });
  const { slowest, plain, slowestWriteMs, slowestWriteBeforeMs } = result;
  return [
    { name: "edit, slowest of 10", value: slowest, unit: "ms", reference: plain },
    {
      name: "edit, slowest write",
      value: slowestWriteMs,
      unit: "ms",
      reference: slowestWriteBeforeMs,
    },
  ];
}

/** The hourly recount. The reference counts the same rows in one statement that repairs nothing. */
export async function rollup(): Promise<Figure[]> {
  const result = await underWrites(async (db, policyIds) => {
    const steps: number[] = [];
    for (const id of policyIds) steps.push(await timed(() => rollUpPolicy(db, id)));
    const plain = await timed(() =>
      db.$client.query<RowDataPacket[]>(
        "SELECT policy_id, state, count(*) FROM policy_membership GROUP BY 1, 2",
      ),
    );
    const total = steps.reduce((sum, ms) => sum + ms, 0);
    return { total, plain, slowest: Math.max(...steps) };
  });
  const { total, plain, slowest, slowestWriteMs, slowestWriteBeforeMs } = result;
  return [
    {
      name: "rollup",
      value: total / 1000 / MILLIONS,
      unit: "s/million rows",
      reference: plain / 1000 / MILLIONS,
    },
    { name: "rollup, slowest policy", value: slowest, unit: "ms", reference: null },
    {
      name: "rollup, slowest write",
      value: slowestWriteMs,
      unit: "ms",
      reference: slowestWriteBeforeMs,
    },
  ];
}

import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import { inOrder, READ, readBody, WRITE, writeBodies } from "./bodies.ts";
import { startProduct } from "./child.ts";
import { databaseClock } from "./cpu.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships } from "./fleet.ts";
import { type LoadResult, mean, run } from "./load.ts";
import { upsertPlainly } from "./plain-writes.ts";
import { postEach } from "./post.ts";
import { countRowsWritten, writtenBetween } from "./rows-written.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
/** The first half reports. The reference writes the others, whose cards it may overwrite. */
const REPORTING = SIZE.hosts / 2;
/** More than two group commits take, so that the next is ready when one ends: fleets never wait in step. */
const CONNECTIONS = 1_000;
const ROUNDS = 2;
/** Times of contact are written a second after the last. */
const SETTLE_MS = 2_000;

async function countTransitions(db: Database): Promise<number> {
  const [[row]] = await db.$client.query<RowDataPacket[]>(
    "SELECT count(*) AS n FROM policy_transitions",
  );
  return Number(row?.n);
}

interface Round {
  own: LoadResult;
  /** Rows of history that came with it. */
  transitions: number;
  /** Rows inserted, updated or deleted, by table. */
  written: Record<string, number>;
  /** Processor time of the database for one report, in microseconds. */
  databaseUs: number;
  plainPerSecond: number;
}

/** What the hosts say of every policy in a round, and how often in it. */
interface Saying {
  states: readonly ("pass" | "fail")[];
  flips: boolean;
  times: number;
}

/** Every reporting host so many times, in turn with the reference; all are answered. */
function rounds({ states, flips, times }: Saying): Promise<Round[]> {
  return withWorld(async (world) => {
    const { db } = world;
    const policyIds = await insertFleet(db, SIZE, new Date());
    if (flips) await insertMemberships(db, SIZE.hosts);
    const server = await startProduct(world, ["agents"]);
    await postEach(server.url + READ, REPORTING, readBody);
    const databaseMs = databaseClock(world.databaseUrl);
    const rowsWritten = await countRowsWritten(db);
    const write = writeBodies(policyIds);
    const amount = REPORTING * times;
    const all: Round[] = [];
    for (const state of states) {
      await sleep(SETTLE_MS);
      const [before, transitions] = [await rowsWritten(), await countTransitions(db)];
      const body = inOrder(REPORTING, (hostId) => write(hostId, state));
      const load = { path: WRITE, body, seconds: 0, amount, connections: CONNECTIONS };
      const usedMs = databaseMs();
      const own = await run(server, load);
      await sleep(SETTLE_MS);
      const databaseUs = ((databaseMs() - usedMs) * 1000) / own.answered;
      const others = { from: REPORTING + 1, to: SIZE.hosts };
      all.push({
        own,
        databaseUs,
        transitions: (await countTransitions(db)) - transitions,
        written: writtenBetween(before, await rowsWritten()),
        plainPerSecond: await upsertPlainly(db, others, policyIds, flips ? state : undefined),
      });
    }
    return all;
  });
}

const meanOf = (all: readonly Round[], of: (round: Round) => number) => mean(all.map(of));

/** What both ways of writing have in common, per host. */
function figures(name: string, all: readonly Round[]): Figure[] {
  const per = (of: (round: Round) => number) => ({ value: meanOf(all, of) });
  return [
    {
      ...{ name, ...per(({ own }) => own.perSecond), unit: "hosts/s" },
      reference: meanOf(all, ({ plainPerSecond }) => plainPerSecond),
    },
    { name: `${name} p99`, ...per(({ own }) => own.p99Ms), unit: "ms" },
    { name: `${name} cpu`, ...per(({ own }) => own.processorUs), unit: "us/host" },
    { name: `${name} database cpu`, ...per(({ databaseUs }) => databaseUs), unit: "us/host" },
  ];
}

/**
 * distributed/write of 50 answers that all were so before. A report may write its host's card with
 * the new times, and now and then its time of contact, both rows that are there.
 */
export async function writeSame(): Promise<Figure[]> {
  const all = await rounds({ states: Array(ROUNDS).fill("pass"), flips: false, times: 4 });
  for (const { own, written } of all) {
    const { host_agents: cards = 0, host_seen: contacts = 0, ...others } = written;
    // An upsert may count as two.
    if (cards + contacts <= 3 * own.answered && Object.keys(others).length === 0) continue;
    throw new Error(`${own.answered} reports of what is known wrote ${JSON.stringify(written)}`);
  }
  const per = (table: string) => ({
    value: meanOf(all, ({ own, written }) => (written[table] ?? 0) / own.answered),
    unit: "rows/host",
  });
  return [
    ...figures("write-same", all),
    { name: "write-same cards", ...per("host_agents") },
    { name: "write-same contacts", ...per("host_seen") },
  ];
}

/** distributed/write of 50 answers that all change: a membership and a history row for each. */
export async function writeFlip(): Promise<Figure[]> {
  const all = await rounds({ states: ["fail", "pass"], flips: true, times: 1 });
  for (const { own, transitions } of all) {
    if (transitions === own.answered * SIZE.policies) continue;
    throw new Error(`${own.answered} reports of ${SIZE.policies} flips made ${transitions}`);
  }
  const committed = (round: Round) =>
    (round.transitions / round.own.answered) * round.own.perSecond;
  return [
    ...figures("write-flip", all),
    {
      ...{ name: "write-flip rows", value: meanOf(all, committed), unit: "memberships/s" },
      reference: meanOf(all, ({ plainPerSecond }) => plainPerSecond) * SIZE.policies,
    },
  ];
}

import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Database, transaction } from "#db/client.ts";
import {
  insertTransitions,
  type MembershipRow,
  type TransitionRow,
  upsertMemberships,
} from "#lib/membership/answer-sql.ts";
import { inOrder, READ, readBody, WRITE, writeBodies } from "./bodies.ts";
import { startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { insertFleet, insertMemberships, passingCard } from "./fleet.ts";
import { mean, run } from "./load.ts";
import { postEach } from "./post.ts";
import { withWorld } from "./world.ts";

const SIZE = { hosts: 20_000, policies: 50 };
/** More than two group commits take, so that the next is ready when one ends: fleets never wait in step. */
const CONNECTIONS = 1_000;
const HOSTS_PER_COMMIT = 250;
const ROUNDS = 2;

async function countRows(db: Database, table: "policy_transitions" | "policy_membership") {
  const [rows] = await db.$client.query<RowDataPacket[]>(`SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]?.n);
}

/** The reference: one transaction after the other of plain bulk upserts. Answers hosts/s. */
async function upsertPlainly(
  db: Database,
  policyIds: readonly number[],
  flips: boolean,
  seconds: number,
): Promise<number> {
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  let hosts = 0;
  while (elapsed() < seconds) {
    const at = new Date();
    const card = passingCard(policyIds, at);
    const first = hosts % SIZE.hosts;
    const ids = Array.from({ length: HOSTS_PER_COMMIT }, (_, i) => first + i + 1);
    const passes = Math.floor(hosts / SIZE.hosts) % 2 === 1;
    const state = passes ? "pass" : "fail";
    const rows: MembershipRow[] = (flips ? ids : []).flatMap((hostId) =>
      policyIds.map((policyId) => ({
        ...{ hostId, policyId, revision: 1, state, passes, since: at, error: null },
      })),
    );
    const moves: TransitionRow[] = rows.map((row) => ({
      ...{ ...row, fromState: passes ? "fail" : "pass", toState: row.state, at },
    }));
    await transaction(db, async (tx) => {
      await bulk(
        tx,
        `INSERT INTO host_agents (host_id, identifier, card, changed_at) VALUES ?
         ON DUPLICATE KEY UPDATE card = VALUES(card), changed_at = VALUES(changed_at)`,
        ids.map((id) => [id, `host-${id}`, card, at]),
      );
      if (!flips) return;
      await upsertMemberships(tx, rows);
      await insertTransitions(tx, moves);
    });
    hosts += HOSTS_PER_COMMIT;
  }
  return hosts / elapsed();
}

interface Written {
  own: number;
  reference: number;
  p99Ms: number;
  transitions: number;
  memberships: number;
}

/** Reports of all hosts in turn; `flips`: each says the opposite of the host's last. In hosts/s. */
function writes(flips: boolean, seconds: number): Promise<Written> {
  return withWorld(async ({ db, databaseUrl }) => {
    const policyIds = await insertFleet(db, SIZE, new Date());
    if (flips) await insertMemberships(db, SIZE.hosts);
    const server = await startChild("agents", { DATABASE_URL: databaseUrl });
    await postEach(server.url + READ, SIZE.hosts, readBody);
    const write = writeBodies(policyIds);
    const body = inOrder(SIZE.hosts, (hostId, round) =>
      write(hostId, flips && round % 2 === 0 ? "fail" : "pass"),
    );
    const load = { path: WRITE, body, seconds, connections: CONNECTIONS };
    const own: number[] = [];
    const plain: number[] = [];
    const p99: number[] = [];
    let transitions = 0;
    let memberships = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const result = await run(server.url, load);
      if (result.failures > 0) throw new Error(`${result.failures} writes failed`);
      own.push(result.perSecond);
      p99.push(result.p99Ms);
      if (round === 0) {
        transitions = await countRows(db, "policy_transitions");
        memberships = await countRows(db, "policy_membership");
      }
      plain.push(await upsertPlainly(db, policyIds, flips, seconds));
    }
    await server.stop();
    const result = { own: mean(own), reference: mean(plain), p99Ms: mean(p99) };
    return { ...result, transitions, memberships };
  });
}

/** distributed/write of 50 answers that all were so before: only cards may be written. */
export async function writeSame(seconds: number): Promise<Figure[]> {
  const { own, reference, p99Ms, transitions, memberships } = await writes(false, seconds);
  return [
    { name: "write-same", value: own, unit: "hosts/s", reference },
    { name: "write-same p99", value: p99Ms, unit: "ms", reference: null },
    {
      name: "write-same other rows",
      value: transitions + memberships,
      unit: "rows",
      reference: null,
    },
  ];
}

/** distributed/write of 50 answers that all change: a membership and a history row for each. */
export async function writeFlip(seconds: number): Promise<Figure[]> {
  const { own, reference, p99Ms } = await writes(true, seconds);
  return [
    { name: "write-flip", value: own, unit: "hosts/s", reference },
    {
      name: "write-flip rows",
      value: own * SIZE.policies,
      unit: "memberships/s",
      reference: reference * SIZE.policies,
    },
    { name: "write-flip p99", value: p99Ms, unit: "ms", reference: null },
  ];
}

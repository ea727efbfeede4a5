import { eq, sql } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import {
  type Database,
  type Executor,
  onConflict,
  Postponed,
  type Transaction,
  transaction,
} from "#db/client.ts";
import { isOfCluster } from "#db/cluster.ts";
import { revisions } from "#db/schema/system.ts";

/**
 * What processes keep copies of. policies: the policies and what decides their scope. config:
 * settings, teams' agent options, enroll secrets.
 */
export type RevisionName = "policies" | "config";

/**
 * Tells every process to read `name` again, within about a second of the commit. Call it first in
 * the transaction of a change: the row lock keeps two changes apart. Returns the new value.
 */
export async function raiseRevision(tx: Transaction, name: RevisionName): Promise<number> {
  const isContended = name === "policies" && (await isOfCluster(tx));
  if (isContended) onConflict(tx, { begin: askToWait, end: letGoOn });
  await raise(tx, [name]);
  if (isContended) await keepOtherNodesAway(tx);
  return readRevision(tx, name);
}

async function keepOtherNodesAway(tx: Transaction): Promise<void> {
  await raise(tx, SEATS);
  // Holders go on as soon as this is committed.
  await tx.update(revisions).set({ value: 0 }).where(eq(revisions.name, WAIT_UNTIL));
}

async function raise(tx: Transaction, names: readonly string[]): Promise<void> {
  await tx
    .insert(revisions)
    .values(names.map((name) => ({ name, value: 1 })))
    .onDuplicateKeyUpdate({ set: { value: sql`${revisions.value} + 1` } });
}

export async function readRevision(executor: Executor, name: RevisionName): Promise<number> {
  const [row] = await executor.select().from(revisions).where(eq(revisions.name, name));
  return row?.value ?? 0;
}

/** Enough that two who hold seldom meet; an edit writes all of them, in a millisecond. */
const SEATS = Array.from({ length: 64 }, (_, n) => `policies held ${n}`);
/** Milliseconds of the database's clock. */
const WAIT_UNTIL = "policies wait until";
/** An edit that was in the way of others' commits has this long for its next attempt. */
const WAIT_SECONDS = 5;

/**
 * Keeps every policy as it is until the transaction ends, and returns the policies revision: all
 * who edit policies raise it first, so they and the holders wait for each other on that one row.
 * Take it before lockHosts: one order for all, or transactions dead-lock. Share mode is spelled the
 * old way because MariaDB 10.11 does not know FOR SHARE.
 *
 * On a cluster a lock says nothing to an edit at another node, which could then miss rows that are
 * being written here. So who holds also writes a row, one of many lest holders meet each other,
 * and who edits writes them all: of the two, the cluster ends one, who does it again. An edit would
 * always be the one while answers come without a pause, so the second time it asks holders to wait.
 */
export async function holdPolicies(tx: Transaction): Promise<number> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    "SELECT value FROM revisions WHERE name = 'policies' LOCK IN SHARE MODE",
  );
  if (await isOfCluster(tx)) await takeSeat(tx);
  return Number(rows[0]?.value ?? 0);
}

async function takeSeat(tx: Transaction): Promise<void> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT value > ${NOW_MS} AS isAhead FROM revisions WHERE name = ? LOCK IN SHARE MODE`,
    [WAIT_UNTIL],
  );
  if (rows[0]?.isAhead) throw new Postponed("Policies are being edited at another server.");
  await raise(tx, [seatOf(tx)]);
}

const NOW_MS = "unix_timestamp(current_timestamp(3)) * 1000";

const askToWait = (db: Database) => waitFor(db, WAIT_SECONDS);
const letGoOn = (db: Database) => waitFor(db, 0);

async function waitFor(db: Database, seconds: number): Promise<void> {
  await transaction(db, (tx) =>
    tx.$client.query(
      `INSERT INTO revisions (name, value) VALUES (?, ${NOW_MS} + ?)
       ON DUPLICATE KEY UPDATE value = VALUES(value)`,
      [WAIT_UNTIL, seconds * 1_000],
    ),
  );
}

/** By connection, so that who holds twice in a transaction takes one seat. */
const seats = new WeakMap<object, string>();

function seatOf(tx: Transaction): string {
  const { connection } = tx.$client;
  const taken = seats.get(connection);
  if (taken) return taken;
  const seat = SEATS[Math.floor(Math.random() * SEATS.length)] as string;
  seats.set(connection, seat);
  return seat;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2";
import type { Database } from "#db/client.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { log } from "#lib/http/request-log.ts";

/** Between two looks at how far behind the replica is: two small statements. */
const LOOK_INTERVAL_MS = 1_000;
/** Lists wait for the look: a replica that answers two small statements no sooner serves them no better. */
const LOOK_PATIENCE_MS = 500;
/** Until the next look at one that failed or was too slow, or lists would wait for it each second. */
const REST_MS = 10_000;

const state = {
  isFresh: false,
  nextLookAtMs: Number.NEGATIVE_INFINITY,
  looking: undefined as Promise<void> | undefined,
};

/** The worker renews its lease every 5 s, by the database's clock: a pulse that is there anyway. */
async function readPulse(db: Database): Promise<{ atMs: number; isAlive: boolean }> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    "SELECT expires_at, expires_at > UTC_TIMESTAMP(3) AS alive FROM leases WHERE name = 'worker'",
  );
  const [row] = rows;
  return { atMs: row ? row.expires_at.getTime() : 0, isAlive: row?.alive === 1 };
}

/** As `work` ends, or an error when that takes too long. What comes later is nobody's concern. */
async function withinPatience<T>(work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const tooLong = sleep(LOOK_PATIENCE_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`no answer within ${LOOK_PATIENCE_MS} ms`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    over.abort();
  }
}

async function look(): Promise<void> {
  const { replicaLagMaxSeconds } = env();
  try {
    const [here, there] = await Promise.all([
      readPulse(database()),
      withinPatience(readPulse(database("replica"))),
    ]);
    // Without a worker there is no pulse, and a replica that stopped looks like one that follows.
    const isFresh = here.isAlive && here.atMs - there.atMs <= replicaLagMaxSeconds * 1000;
    if (state.isFresh && !isFresh)
      log().warn("the replica is behind: lists read from the database");
    state.isFresh = isFresh;
    state.nextLookAtMs = performance.now() + LOOK_INTERVAL_MS;
  } catch (err) {
    if (state.isFresh)
      log().warn({ err }, "the replica does not answer: lists read from the database");
    state.isFresh = false;
    state.nextLookAtMs = performance.now() + REST_MS;
  }
}

/**
 * Where lists, their counts and the dashboard are read: the replica while it is known to be no
 * further behind than the setting says (and the 6 s that may have passed since), else the database.
 * Nothing that decides, and no host's own page, may read here.
 */
export async function listDatabase(): Promise<Database> {
  if (!env().databaseReplicaUrl) return database();
  if (performance.now() >= state.nextLookAtMs) {
    state.looking ??= look().finally(() => {
      state.looking = undefined;
    });
    await state.looking;
  }
  return state.isFresh ? database("replica") : database();
}

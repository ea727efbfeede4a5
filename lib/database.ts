import { closeDatabase, type Database, openDatabase } from "#db/client.ts";
import { HEAVY_MS, SILENCE_MS } from "#db/limits.ts";
import { env } from "./env.ts";

/**
 * A pool each, so that a fleet that takes every connection leaves those that attestation, My device
 * and the console answer by, and a recount that takes a minute delays nobody. More connections than
 * keep a database busy only queue inside it.
 */
const POOLS = {
  people: { connections: 10, silenceMs: SILENCE_MS },
  /** Enrolments take ten at most (lib/agent/app.ts); look-ups, reports and polling have the rest. */
  agents: { connections: 16, silenceMs: SILENCE_MS },
  worker: { connections: 4, silenceMs: HEAVY_MS },
  /** A server whose other connections are all busy is still one to send requests to. */
  health: { connections: 1, silenceMs: SILENCE_MS },
  /** By lib/replica/replica.ts alone, which knows how old it is. */
  replica: { connections: 10, silenceMs: SILENCE_MS },
};
type Pools = { [name in keyof typeof POOLS]?: Database };

const holder = globalThis as { musterDatabases?: Pools };

/**
 * The process's pool for a purpose, opened when it is first asked for. On globalThis because Next
 * gives instrumentation, route handlers and server.ts a copy of this module each, and three pools
 * would take three times the connections.
 */
export function database(purpose: keyof Pools = "people"): Database {
  holder.musterDatabases ??= {};
  const { connections, silenceMs } = POOLS[purpose];
  const pools = holder.musterDatabases;
  const url = purpose === "replica" ? env().databaseReplicaUrl : env().databaseUrl;
  pools[purpose] ??= openDatabase(url, connections, silenceMs);
  return pools[purpose];
}

export const POOL_NAMES = Object.keys(POOLS) as (keyof Pools)[];

/** A pool that somebody has asked for already. */
export function openPool(purpose: keyof Pools): Database | undefined {
  return holder.musterDatabases?.[purpose];
}

/** For process entries and tests that open the pool themselves. */
export function setDatabase(people: Database, agents = people, worker = people): void {
  holder.musterDatabases = { people, agents, worker };
}

export async function releaseDatabase(): Promise<void> {
  const open = new Set(Object.values(holder.musterDatabases ?? {}));
  holder.musterDatabases = undefined;
  await Promise.all([...open].map(closeDatabase));
}

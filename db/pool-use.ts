import type { Database } from "./client.ts";

export interface PoolUse {
  used: number;
  idle: number;
  max: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

/** The driver counts these and tells nobody: its events say only that something changed. */
interface Counts {
  _allConnections: { length: number };
  _freeConnections: { length: number };
  _connectionQueue: { length: number };
  config: { connectionLimit: number };
}

export function poolUse(db: Database): PoolUse {
  const pool = db.$client.pool as unknown as Counts;
  const idle = pool._freeConnections.length;
  return {
    used: pool._allConnections.length - idle,
    idle,
    max: pool.config.connectionLimit,
    waiting: pool._connectionQueue.length,
  };
}

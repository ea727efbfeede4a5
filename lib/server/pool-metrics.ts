import { type PoolUse, poolUse } from "#db/pool-use.ts";
import { openPool, POOL_NAMES } from "../database.ts";
import type { Metrics } from "../metrics.ts";

const UNOPENED: PoolUse = { used: 0, idle: 0, max: 0, waiting: 0 };

/** Shows how the process's connections to the database are used. */
export function watchPools(metrics: Metrics): void {
  for (const pool of POOL_NAMES) {
    const use = () => {
      const db = openPool(pool);
      return db ? poolUse(db) : UNOPENED;
    };
    metrics.databaseConnections.watch({ pool, state: "used" }, () => use().used);
    metrics.databaseConnections.watch({ pool, state: "idle" }, () => use().idle);
    metrics.databaseConnectionsMax.watch({ pool }, () => use().max);
    metrics.databaseWaiting.watch({ pool }, () => use().waiting);
  }
}

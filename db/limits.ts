import type { Socket } from "node:net";
import type { Pool } from "mysql2";
import { outage } from "./outage.ts";

/*
 * How long anybody waits for the database. One that vanished without closing its sockets, or that
 * hangs, says nothing at all, and TCP notices after a quarter of an hour. An osquery agent gives a
 * request 16 seconds in all, and people less, so a free connection, a statement and a transaction
 * are each bounded to well below that.
 *
 * Rejected: the driver's own `timeout` per statement. It tells the caller and leaves the connection
 * in the pool with an answer to come, which the next statement would take for its own.
 */

/** Waiting for a free connection, a new one included. */
export const CONNECTION_WAIT_MS = 5_000;
/** Callers past this many waiting are refused at once rather than after their client gave up. */
export const WAITERS_MAX = 2_000;
/**
 * Silence of the database in the middle of a statement, or of ours in the middle of a transaction,
 * whose locks others wait for. Twice a lock's wait, so that the server gives up first and says why.
 */
export const SILENCE_MS = 10_000;
/**
 * A whole transaction. The poller looks back 15 s for what was written and not yet committed, so
 * nothing that changes hosts may take longer.
 */
export const TRANSACTION_MS = 12_000;
/** For statements over a row of every host: recounts, and policies that lose a platform. */
export const HEAVY_MS = 120_000;

/** The driver's socket, which its types leave out: to cut it is the one way to end a statement. */
export function socketOf(connection: object): Socket {
  return (connection as { stream: Socket }).stream;
}

/** Ends a connection in whatever it does; who waits for it hears `reason`, and the pool drops it. */
export function cut(connection: object, reason: string): void {
  socketOf(connection).destroy(outage(reason));
}

/** Holds a pool to CONNECTION_WAIT_MS, and its connections in use to `silenceMs`. */
export function keepLimits(pool: Pool, silenceMs: number): void {
  pool.on("connection", (connection) => {
    // Whoever waits for a statement is told; without a listener the rest would end the process.
    connection.on("error", () => undefined);
    socketOf(connection).on("timeout", () =>
      cut(connection, `The database did not answer within ${silenceMs / 1000} s.`),
    );
  });
  // An idle connection may be silent; keep-alive looks after it.
  pool.on("release", (connection) => socketOf(connection).setTimeout(0));
  boundWait(pool, (connection) => socketOf(connection).setTimeout(silenceMs));
}

/** Instead of the pool's own getConnection, which its query() uses too and which waits for ever. */
function boundWait(pool: Pool, acquired: (connection: object) => void): void {
  const acquire = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => {
    let isAwaited = true;
    const timer = setTimeout(() => {
      isAwaited = false;
      const seconds = CONNECTION_WAIT_MS / 1000;
      callback(outage(`No connection to the database within ${seconds} s.`), null as never);
    }, CONNECTION_WAIT_MS);
    const taken: typeof callback = (error, connection) => {
      clearTimeout(timer);
      if (!isAwaited) return connection?.release();
      if (error) return callback(outage("No connection to the database.", error), connection);
      acquired(connection);
      callback(null, connection);
    };
    // Else it would run as part of the request that gives the connection back, whose trace is another.
    // Not AsyncResource.bind: rows would outlive minor collections (pool-query.ts).
    const turn = new Promise<Parameters<typeof callback>>((resolve) =>
      acquire((...given) => resolve(given)),
    );
    turn.then(
      (given) => taken(...given),
      (error) => taken(error, null as never),
    );
  };
}

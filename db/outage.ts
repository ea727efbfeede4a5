/**
 * Whose fault a failed statement was. What the database could not do for anyone at the moment is an
 * outage: the same request will do later, and agents and people are told so (503). Everything else
 * is about the statement or its values and will fail again.
 */

/** MySQL's and MariaDB's numbers of failures that pass. */
const PASSING: ReadonlySet<number> = new Set([
  1021, // the disk is full
  1030, // the storage engine: mostly a full disk
  1037, // out of memory
  1040, // too many connections
  1041, // out of memory
  1045, // access denied: the password was changed, or is about to be
  1047, // Galera: the node is not part of the cluster
  1049, // unknown database: a restore is under way
  1053, // the server is stopping
  1114, // the table is full: mostly a full disk
  1129, // the host is blocked because of many connection errors
  1180, // the commit failed: mostly Galera
  1203, // too many connections of this user
  1205, // a lock took too long
  1213, // chosen as the victim of a deadlock
  1226, // a limit of this user
  1290, // read only, during a failover
  1317, // interrupted by an operator
  1792, // read only, during a failover
  1836, // read only, during a failover
  1927, // the connection was killed
  1969, // longer than max_statement_time
  3024, // longer than max_execution_time
]);

/** The errors along the chain of causes, the outermost first: drizzle wraps what the driver says. */
function* causesOf(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = at.cause) yield at;
}

/** The driver's error number. */
export function errorNumber(error: unknown): number | undefined {
  for (const one of causesOf(error)) {
    if ("errno" in one && typeof one.errno === "number") return one.errno;
  }
  return undefined;
}

/** Whether the database, or the way to it, is to blame, and not the statement. */
export function isOutage(error: unknown): boolean {
  for (const one of causesOf(error)) {
    // The driver's word for "this connection is of no more use".
    if ("fatal" in one && one.fatal === true) return true;
    if ("kind" in one && one.kind === "unavailable") return true;
  }
  const number = errorNumber(error);
  // Below zero are the system's: refused, reset, no such host.
  return number !== undefined && (number < 0 || PASSING.has(number));
}

/** An outage in our own words. */
export function outage(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { kind: "unavailable" });
}

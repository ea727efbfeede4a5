import * as mysql from "mysql2/promise";

/*
 * Loaded into a server before anything else: sets its clock, collects its garbage and ends it at a
 * given point of a commit, on demand. A clock that jumps moves Date alone; timers and performance.now()
 * go on, as on a real machine.
 */

/** In a transaction that writes what hosts answered, or before the nth statement of any from now on. */
export type Death = "before COMMIT" | "COMMIT sent" | "after COMMIT" | { statement: number };

export type Order = { clockOffsetMs: number } | { collect: true } | { death: Death };

/** Exported, and not declared. */
const { prototype } = (mysql as unknown as { PromiseConnection: { prototype: mysql.Connection } })
  .PromiseConnection;

let death: Death | undefined;
/** Transactions under way, and whether they have written cards. */
const transactions = new WeakMap<mysql.Connection, { wroteCards: boolean }>();

const die = () => process.kill(process.pid, "SIGKILL");
const isCommitFor = (connection: mysql.Connection, when: Death) =>
  death === when && transactions.get(connection)?.wroteCards;

const { beginTransaction, query, commit } = prototype;
Object.assign(prototype, {
  beginTransaction(this: mysql.Connection) {
    transactions.set(this, { wroteCards: false });
    return beginTransaction.call(this);
  },
  query(this: mysql.Connection, ...given: Parameters<typeof query>) {
    const [statement] = given as [string | { sql: string }];
    const under = transactions.get(this);
    const sql = typeof statement === "string" ? statement : statement.sql;
    if (under && sql.startsWith("INSERT INTO host_agents")) under.wroteCards = true;
    if (under && typeof death === "object" && --death.statement <= 0) die();
    return query.apply(this, given);
  },
  async commit(this: mysql.Connection) {
    if (isCommitFor(this, "before COMMIT")) die();
    const done = commit.call(this);
    // The statement is with the database, and nobody will hear what becomes of it.
    if (isCommitFor(this, "COMMIT sent")) die();
    await done;
    if (isCommitFor(this, "after COMMIT")) die();
    transactions.delete(this);
  },
});

const RealDate = Date;
let offsetMs = 0;

class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + offsetMs);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

process.on("message", (order: Order) => {
  if ("clockOffsetMs" in order) {
    offsetMs = order.clockOffsetMs;
    globalThis.Date = ShiftedDate as DateConstructor;
  } else if ("death" in order) {
    death = order.death;
  } else {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ usedBytes: heapUsed + external });
  }
});

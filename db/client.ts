import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import mysql, {
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type RowDataPacket,
} from "mysql2/promise";
import { cut, keepLimits, SILENCE_MS, socketOf, TRANSACTION_MS, WAITERS_MAX } from "./limits.ts";
import { errorNumber } from "./outage.ts";
import { queryByCallback } from "./pool-query.ts";

export type Database = MySql2Database & { $client: Pool };
export type Transaction = MySql2Database & { $client: PoolConnection };
/** What a statement needs: the database, or the transaction it belongs to. */
export type Executor = Database | Transaction;

/** Whether it reads what is committed and nothing else. */
export const isDatabase = (executor: Executor): executor is Database =>
  "getConnection" in executor.$client;

/** Enough to keep two cores of MySQL busy; more connections only queue inside the server. */
const CONNECTIONS_MAX = 20;
/** A lock held longer than this is somebody's mistake; give up and retry the transaction. */
const LOCK_WAIT_SECONDS = 5;
/** For those who connect without a pool; in one, CONNECTION_WAIT_MS is over first. */
const CONNECT_TIMEOUT_MS = 10_000;
/** An idle connection to a machine that is gone is noticed within half a minute. */
const KEEP_ALIVE_MS = 15_000;
/** On a cluster, whoever meets another node's write does not wait but is ended, again and again. */
const TRANSACTION_ATTEMPTS = 10;
const RETRY_WAIT_MAX_MS = 500;
/** No attempt begins after this: with one lock wait more, the agent that waits has given up. */
const LAST_ATTEMPT_MS = 8_000;
/** Between looks whether what a transaction is postponed for is over. */
const POSTPONED_MS = 50;
const ER_LOCK_DEADLOCK = 1213;
const ER_LOCK_WAIT_TIMEOUT = 1205;

/** mysql://user:password@host:port/name, or ?socketPath=/path for a unix socket. */
export function poolOptions(databaseUrl: string): PoolOptions {
  const url = new URL(databaseUrl);
  const socketPath = url.searchParams.get("socketPath");
  return {
    ...(socketPath
      ? { socketPath }
      : { host: url.hostname, port: url.port ? Number(url.port) : 3306 }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1),
    ...(url.searchParams.get("ssl") === "true" ? { ssl: { rejectUnauthorized: true } } : {}),
    timezone: "Z",
    charset: "utf8mb4_unicode_ci",
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    supportBigNumbers: true,
    // osquery sends more unlike names than statements; the driver's default keeps 16,000.
    maxPreparedStatements: 500,
  };
}

/**
 * Opens a pool, whose waits all end (limits.ts). READ COMMITTED, because gap locks of the default
 * level make concurrent upserts of different hosts dead-lock, and nothing here relies on re-reading
 * the same rows. `silenceMs` is how long the database may say nothing while somebody waits for it.
 */
export function openDatabase(
  databaseUrl: string,
  connections = CONNECTIONS_MAX,
  silenceMs = SILENCE_MS,
): Database {
  const pool = mysql.createPool({
    ...poolOptions(databaseUrl),
    connectionLimit: connections,
    queueLimit: WAITERS_MAX,
  });
  pool.pool.on("connection", (connection) => {
    // A connection without them is of no use.
    const orCut = (error: unknown) => error && cut(connection, "The session could not be set up.");
    connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", orCut);
    connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`, orCut);
  });
  keepLimits(pool.pool, silenceMs);
  queryByCallback(pool.pool);
  return drizzle(pool);
}

/** Waits for running statements and closes every connection. */
export function closeDatabase(db: Database): Promise<void> {
  return db.$client.end();
}

/**
 * Thrown within a transaction to begin it again soon: what others do has to be over first. Whoever
 * waits too long hears of an outage.
 */
export class Postponed extends Error {
  readonly errno = ER_LOCK_WAIT_TIMEOUT;
}

/** What helps a transaction through that others are in the way of. */
export interface Remedy {
  /** After each attempt that ended in a conflict. */
  begin: (db: Database) => Promise<void>;
  /** When there will be no further attempt. One that succeeds ends it by itself. */
  end: (db: Database) => Promise<void>;
}

const remedies = new WeakMap<object, Remedy>();

export function onConflict(tx: Transaction, remedy: Remedy): void {
  remedies.set(tx, remedy);
}

function isRetryable(error: unknown): boolean {
  const number = errorNumber(error);
  return number === ER_LOCK_DEADLOCK || number === ER_LOCK_WAIT_TIMEOUT;
}

/**
 * Runs `work` in one transaction and runs it again, whole, when the database chose it as the
 * victim of a deadlock or a lock took too long. `work` must have no effect besides its statements.
 * Drizzle's own transactions hide the connection, which bulk statements need.
 *
 * Past `limitMs` an attempt is cut off and rolled back. Whether one that was cut off in its commit
 * took effect is not known: what `work` does must bear repeating.
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { limitMs = TRANSACTION_MS } = {},
): Promise<T> {
  const lastAttemptAtMs = performance.now() + LAST_ATTEMPT_MS;
  let remedy: Remedy | undefined;
  for (let attempt = 1; ; ) {
    let tried: Transaction | undefined;
    try {
      const once = (tx: Transaction) => {
        tried = tx;
        return work(tx);
      };
      return await runOnce(db, once, limitMs);
    } catch (error) {
      const isLast = attempt >= TRANSACTION_ATTEMPTS || performance.now() > lastAttemptAtMs;
      if (isLast || !isRetryable(error)) {
        // Should that fail too, the first error says more.
        await remedy?.end(db).catch(() => undefined);
        throw error;
      }
      remedy = tried && remedies.get(tried);
      await remedy?.begin(db);
      const isPostponed = error instanceof Postponed;
      if (!isPostponed) attempt++;
      // Unequal waits, or two victims of each other would meet again.
      const waitMs = isPostponed ? POSTPONED_MS : Math.min(10 * 2 ** attempt, RETRY_WAIT_MAX_MS);
      await new Promise((resume) => setTimeout(resume, Math.random() * waitMs));
    }
  }
}

async function runOnce<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  limitMs: number,
): Promise<T> {
  const connection = await db.$client.getConnection();
  const core = connection.connection;
  if (limitMs > TRANSACTION_MS) socketOf(core).setTimeout(limitMs);
  const reason = `The transaction took longer than ${limitMs / 1000} s.`;
  const limit = setTimeout(() => cut(core, reason), limitMs);
  try {
    await connection.beginTransaction();
    const result = await work(drizzle(connection) as unknown as Transaction);
    await connection.commit();
    connection.release();
    return result;
  } catch (error) {
    // A connection that cannot roll back is in an unknown state: close it instead of reusing it.
    await connection.rollback().then(
      () => connection.release(),
      () => connection.destroy(),
    );
    throw error;
  } finally {
    clearTimeout(limit);
  }
}

/**
 * The database's time. What is compared with times that other processes wrote must take this: the
 * clocks of machines differ.
 */
export async function databaseNow(executor: Executor): Promise<Date> {
  const [rows] = await executor.$client.query<RowDataPacket[]>("SELECT UTC_TIMESTAMP(3) AS now");
  return rows[0]?.now;
}

/** MariaDB takes packets of 16 MiB; rows are short of a kilobyte, so this stays far below. */
const BULK_ROWS_MAX = 1_000;

/**
 * A statement with one `VALUES ?` for many rows, in bounded pieces. Goes past drizzle's builder,
 * which takes longer to make such a statement than the database to run it.
 */
export async function bulk(
  executor: Executor,
  statement: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += BULK_ROWS_MAX) {
    await executor.$client.query(statement, [rows.slice(at, at + BULK_ROWS_MAX)]);
  }
}

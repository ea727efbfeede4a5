import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import mysql, {
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type RowDataPacket,
} from "mysql2/promise";

export type Database = MySql2Database & { $client: Pool };
export type Transaction = MySql2Database & { $client: PoolConnection };
/** What a statement needs: the database, or the transaction it belongs to. */
export type Executor = Database | Transaction;

/** Enough to keep two cores of MySQL busy; more connections only queue inside the server. */
const CONNECTIONS_MAX = 20;
/** Callers past this many waiting are refused at once rather than after their client gave up. */
const WAITERS_MAX = 2_000;
/** A lock held longer than this is somebody's mistake; give up and retry the transaction. */
const LOCK_WAIT_SECONDS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const TRANSACTION_ATTEMPTS = 5;
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
    supportBigNumbers: true,
    // osquery sends more unlike names than statements; the driver's default keeps 16,000.
    maxPreparedStatements: 500,
  };
}

/**
 * Opens a pool. READ COMMITTED, because gap locks of the default level make concurrent upserts of
 * different hosts dead-lock, and nothing here relies on re-reading the same rows.
 */
export function openDatabase(databaseUrl: string, connections = CONNECTIONS_MAX): Database {
  const pool = mysql.createPool({
    ...poolOptions(databaseUrl),
    connectionLimit: connections,
    queueLimit: WAITERS_MAX,
  });
  pool.pool.on("connection", (connection) => {
    // A connection without them is of no use. Without a listener the error would end the process.
    const orDestroy = (error: unknown) => error && connection.destroy();
    connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", orDestroy);
    connection.query(`SET SESSION innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`, orDestroy);
  });
  return drizzle(pool);
}

/** Waits for running statements and closes every connection. */
export function closeDatabase(db: Database): Promise<void> {
  return db.$client.end();
}

/** The driver's error number, looked for along the chain of causes (drizzle wraps errors). */
export function errorNumber(error: unknown): number | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("errno" in at && typeof at.errno === "number") return at.errno;
  }
  return undefined;
}

function isRetryable(error: unknown): boolean {
  const number = errorNumber(error);
  return number === ER_LOCK_DEADLOCK || number === ER_LOCK_WAIT_TIMEOUT;
}

/**
 * Runs `work` in one transaction and runs it again, whole, when the database chose it as the
 * victim of a deadlock or a lock took too long. `work` must have no effect besides its statements.
 * Drizzle's own transactions hide the connection, which bulk statements need.
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await runOnce(db, work);
    } catch (error) {
      if (attempt >= TRANSACTION_ATTEMPTS || !isRetryable(error)) throw error;
      // Unequal waits, or two victims of each other would meet again.
      await new Promise((resume) => setTimeout(resume, Math.random() * 20 * 2 ** attempt));
    }
  }
}

async function runOnce<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const connection = await db.$client.getConnection();
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

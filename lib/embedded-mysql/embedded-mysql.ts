import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, totalmem } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import mysql from "mysql2/promise";
import { AppError } from "../errors.ts";
import { ensureDataDirectory, temporaryArguments, userArguments } from "./data-directory.ts";
import { type DatabaseServer, findDatabaseServer } from "./find-server.ts";
import { takeOwnership } from "./lock.ts";

/** Recovery after a crash reads the redo log, 100 MB by default, before it answers. */
const READY_LIMIT_MS = 120_000;
const READY_POLL_MS = 50;
const STOP_LIMIT_MS = 60_000;
const LOG_TAIL_LINES = 15;
/** A socket address holds 103 bytes on macOS and 107 on Linux; MySQL adds ".lock" to a file beside. */
const SOCKET_PATH_BYTES_MAX = 98;
const SOCKET_FOLDER = "muster-db-";
const MEGABYTE = 1024 * 1024;
const BUFFER_POOL_MB_MAX = 1024;

export interface EmbeddedMysql {
  /** For db/client.ts; `database` is created by migrate(). */
  url: string;
  socketPath: string;
  /** Resolves when the server has written everything and its process has ended. */
  stop: () => Promise<void>;
  /** Resolves when the process has ended, asked to or not. */
  ended: Promise<void>;
}

export interface EmbeddedMysqlOptions {
  /** A folder of its own; made when missing. */
  dataDir: string;
  /** For tests: a power cut may lose or break the data. */
  fast?: boolean;
  /** Path of the server program; empty or missing: the first one found. */
  mysqld?: string;
  /** Folders to look for it in, as in PATH. */
  searchPath?: string;
  /** Further arguments, which win. For tests. */
  argv?: readonly string[];
}

function bufferPoolMegabytes(): number {
  return Math.min(BUFFER_POOL_MB_MAX, Math.max(128, Math.floor(totalmem() / MEGABYTE / 8)));
}

/** The servers' default of 96 MB makes a busy fleet wait for pages to be written back. */
const REDO_LOG_MEGABYTES = 512;

/** Every acknowledged answer is on disk: one flush per commit, and no half-written page. */
const durable = ({ kind }: DatabaseServer) => [
  "--innodb-flush-log-at-trx-commit=1",
  kind === "mysql"
    ? `--innodb-redo-log-capacity=${REDO_LOG_MEGABYTES}M`
    : `--innodb-log-file-size=${REDO_LOG_MEGABYTES}M`,
  `--innodb-buffer-pool-size=${bufferPoolMegabytes()}M`,
];

const forgetful = () => [
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-flush-method=nosync",
  "--skip-innodb-doublewrite",
  "--innodb-buffer-pool-size=128M",
];

function serverArguments(
  server: DatabaseServer,
  folder: string,
  socketPath: string,
  fast: boolean,
) {
  return [
    // The machine's my.cnf belongs to another database.
    "--no-defaults",
    `--datadir=${join(folder, "data")}`,
    `--socket=${socketPath}`,
    `--pid-file=${join(folder, "mysqld.pid")}`,
    `--log-error=${join(folder, "error.log")}`,
    ...userArguments(),
    "--skip-networking",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--default-time-zone=+00:00",
    // 64 workers with 30 each, and room to look; unused ones cost nothing.
    "--max-connections=2000",
    "--max-allowed-packet=64M",
    ...(server.kind === "mysql" ? ["--mysqlx=OFF"] : []),
    ...(fast ? forgetful() : durable(server)),
  ];
}

/** Beside the data where that fits, else in a private folder with a short name. */
async function chooseSocket(folder: string): Promise<{ path: string; temporary?: string }> {
  const beside = join(folder, "mysql.sock");
  if (Buffer.byteLength(beside) <= SOCKET_PATH_BYTES_MAX) return { path: beside };
  // Remembered, so that the start after a crash takes away the folder that was left.
  const note = join(folder, "socket-folder");
  const left = await readFile(note, "utf8").catch(() => "");
  if (basename(left).startsWith(SOCKET_FOLDER)) await rm(left, { recursive: true, force: true });
  const temporary = await mkdtemp(join(tmpdir(), SOCKET_FOLDER));
  await writeFile(note, temporary);
  return { path: join(temporary, "mysql.sock"), temporary };
}

async function isReady(socketPath: string): Promise<boolean> {
  try {
    const connection = await mysql.createConnection({ socketPath, user: "root" });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

async function logTail(folder: string): Promise<string> {
  const log = await readFile(join(folder, "error.log"), "utf8").catch(() => "");
  return log.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function waitUntilReady(child: ChildProcess, socketPath: string, folder: string) {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await isReady(socketPath))) {
    if (hasEnded(child) || Date.now() > deadline) {
      throw new AppError("unavailable", `The database did not start:\n${await logTail(folder)}`);
    }
    await sleep(READY_POLL_MS);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(patience);
}

async function requireServer(options: EmbeddedMysqlOptions): Promise<DatabaseServer> {
  const found = await findDatabaseServer(options.mysqld ?? "", options.searchPath ?? "");
  if (found) return found;
  throw new AppError(
    "unavailable",
    "No database server was found. Install MariaDB (apt-get install mariadb-server, or brew install mariadb), or give --database-url.",
  );
}

async function launch(
  server: DatabaseServer,
  folder: string,
  { fast = false, argv: further = [] }: EmbeddedMysqlOptions,
) {
  const socket = await chooseSocket(folder);
  // Left by a crash; the lock says that nobody listens on it.
  await rm(socket.path, { force: true });
  const argv = [
    ...serverArguments(server, folder, socket.path, fast),
    ...(await temporaryArguments(folder)),
    ...further,
  ];
  // Its own process group: Ctrl-C in a terminal must reach it after the statements under way.
  const child = spawn(server.program, argv, { stdio: "ignore", detached: true });
  const lastResort = () => void child.kill("SIGTERM");
  process.once("exit", lastResort);
  const stop = async () => {
    await end(child);
    process.off("exit", lastResort);
    if (socket.temporary) await rm(socket.temporary, { recursive: true, force: true });
  };
  const ended = once(child, "exit").then(() => undefined);
  return { child, socketPath: socket.path, stop, ended };
}

/**
 * Starts a private database on a unix socket and resolves when it answers. Throws AppError
 * "unavailable" with words for the operator when there is no server program, when the folder is in
 * use, or when the server does not come up.
 */
export async function startEmbeddedMysql(options: EmbeddedMysqlOptions): Promise<EmbeddedMysql> {
  const folder = resolve(options.dataDir);
  const server = await requireServer(options);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const release = await takeOwnership(folder);
  let running: Awaited<ReturnType<typeof launch>> | undefined;
  const stop = async () => {
    await running?.stop();
    await release();
  };
  try {
    await ensureDataDirectory(folder, server);
    running = await launch(server, folder, options);
    await waitUntilReady(running.child, running.socketPath, folder);
  } catch (error) {
    await stop();
    throw error;
  }
  const { socketPath, ended } = running;
  const url = `mysql://root@localhost/muster?socketPath=${encodeURIComponent(socketPath)}`;
  return { url, socketPath, stop, ended };
}

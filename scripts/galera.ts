import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import mysql, { type RowDataPacket } from "mysql2/promise";
import { ensureDataDirectory } from "#lib/embedded-mysql/data-directory.ts";
import { type DatabaseServer, findDatabaseServer } from "#lib/embedded-mysql/find-server.ts";
import { env } from "#lib/env.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { mustRun, run } from "./run.ts";

const USAGE = `Runs the database tests on a three-node Galera cluster of this machine, with the servers in them
connected to different nodes. Needs MariaDB, Galera and rsync (apt-get install mariadb-server galera-4 rsync).

Usage: npx tsx scripts/galera.ts [VITEST ARGUMENTS]
`;
const PROVIDERS = ["/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera/libgalera_smm.so"];
const NODES = 3;
/** Debian's. rsync, which copies between nodes, gives up root's rights and could then read nothing. */
const SERVICE_USER = "mysql";
const isRoot = process.getuid?.() === 0;
/** A node that joins copies the first one's files. */
const READY_LIMIT_MS = 120_000;
const POLL_MS = 250;

interface Node {
  folder: string;
  socketPath: string;
  /** For the group, for missed changes and for copies of everything. */
  ports: readonly [number, number, number];
}

function serverArguments(node: Node, cluster: readonly Node[], provider: string): string[] {
  const [group, missed, copies] = node.ports;
  const addresses = cluster.map(({ ports }) => `127.0.0.1:${ports[0]}`);
  const isFirst = node === cluster[0];
  return [
    "--no-defaults",
    ...(isRoot ? [`--user=${SERVICE_USER}`] : []),
    `--datadir=${join(node.folder, "data")}`,
    `--socket=${node.socketPath}`,
    `--pid-file=${join(node.folder, "mysqld.pid")}`,
    `--log-error=${join(node.folder, "error.log")}`,
    "--skip-networking",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--default-time-zone=+00:00",
    "--max-connections=500",
    "--max-allowed-packet=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=128M",
    // As long as a node may wait for a lock whose holder it failed to end, and all others with it.
    "--innodb-lock-wait-timeout=3",
    // Whoever reads at a node sees what was committed at another before.
    "--wsrep-sync-wait=15",
    // What Galera asks for.
    "--binlog-format=ROW",
    "--innodb-autoinc-lock-mode=2",
    "--wsrep-on=ON",
    `--wsrep-provider=${provider}`,
    `--wsrep-cluster-address=gcomm://${addresses.join(",")}`,
    "--wsrep-node-address=127.0.0.1",
    "--wsrep-sst-method=rsync",
    `--wsrep-sst-receive-address=127.0.0.1:${copies}`,
    `--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${group};ist.recv_addr=127.0.0.1:${missed};gcache.size=128M`,
    ...(isFirst ? ["--wsrep-new-cluster"] : []),
  ];
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function isSynced({ socketPath }: Node): Promise<boolean> {
  try {
    const connection = await mysql.createConnection({ socketPath, user: "root" });
    const [rows] = await connection.query<RowDataPacket[]>("SHOW STATUS LIKE 'wsrep_ready'");
    await connection.end();
    return rows[0]?.Value === "ON";
  } catch {
    return false;
  }
}

async function startNode(node: Node, argv: string[], program: string): Promise<ChildProcess> {
  const child = spawn(program, argv, { stdio: "ignore" });
  const deadline = performance.now() + READY_LIMIT_MS;
  while (!(await isSynced(node))) {
    if (hasEnded(child) || performance.now() > deadline) {
      child.kill("SIGKILL");
      const log = await readFile(join(node.folder, "error.log"), "utf8").catch(() => "");
      throw new Error(`A node did not join:\n${log.split("\n").slice(-30).join("\n")}`);
    }
    await sleep(POLL_MS);
  }
  return child;
}

/** The first has an empty database; the others get theirs from it. */
async function makeNodes(folder: string, server: DatabaseServer): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let n = 0; n < NODES; n++) {
    const own = join(folder, String(n));
    await mkdir(join(own, n === 0 ? "" : "data"), { recursive: true });
    if (n === 0) await ensureDataDirectory(own, server);
    nodes.push({
      folder: own,
      socketPath: join(own, "mysql.sock"),
      ports: [await freePort(), await freePort(), await freePort()],
    });
  }
  if (isRoot) await mustRun("chown", ["-R", SERVICE_USER, folder]);
  return nodes;
}

async function requireServer(): Promise<DatabaseServer> {
  const server = await findDatabaseServer(env().mysqld, env().searchPath);
  if (server?.kind === "mariadb") return server;
  throw new Error("MariaDB is missing: apt-get install mariadb-server");
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function main(argv: string[]): Promise<number> {
  if (argv.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  const server = await requireServer();
  const provider = PROVIDERS.find(existsSync);
  if (!provider) throw new Error("Galera is missing: apt-get install galera-4");
  process.chdir(join(import.meta.dirname, ".."));
  const folder = await mkdtemp(join(tmpdir(), "galera-"));
  const running: ChildProcess[] = [];
  try {
    const nodes = await makeNodes(folder, server);
    for (const node of nodes) {
      running.push(await startNode(node, serverArguments(node, nodes, provider), server.program));
    }
    const urls = nodes.map(
      ({ socketPath }) =>
        `mysql://root@localhost/muster?socketPath=${encodeURIComponent(socketPath)}`,
    );
    const { code } = await run("node_modules/.bin/vitest", ["run", ...argv], {
      show: true,
      env: { MUSTER_TEST_DATABASE_URLS: urls.join(",") },
    });
    return code;
  } finally {
    // The first one last: it has everything by then, should somebody look.
    for (const child of running.reverse()) await end(child);
    await rm(folder, { recursive: true, force: true });
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

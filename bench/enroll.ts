import { execSync } from "node:child_process";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RowDataPacket } from "mysql2/promise";
import { type Database, transaction } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { replaceSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { ENROLL } from "./bodies.ts";
import { startProduct } from "./child.ts";
import type { Figure } from "./figure.ts";
import { post } from "./post.ts";
import { withWorld } from "./world.ts";

const HOSTS = 20_000;
const SECRET = "a secret for the benchmark only";
/** osquery waits 1, 4, 9 ... s after each failure. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 10_000;
/** Of the files that a process may open, what the server needs beside its connections. */
const OTHER_FILES = 200;
const WATCH_MS = 100;
/** What an enrolment writes, with the column that names its host. */
const TABLES = [
  ["hosts", "id"],
  ["host_agents", "host_id"],
  ["host_seen", "host_id"],
  ["host_versions", "host_id"],
  ["host_verdicts", "host_id"],
] as const;
/** As many as enrol at once. */
const LANES = 10;

const body = (n: number) =>
  JSON.stringify({
    enroll_secret: SECRET,
    host_identifier: `host-${n}`,
    platform_type: "21",
    host_details: {
      os_version: { platform: "darwin", name: "macOS", version: "15.1" },
      system_info: { hostname: `host-${n}`, uuid: `uuid-${n}`, hardware_serial: `serial-${n}` },
      osquery_info: { version: "5.23.0", instance_id: `instance-${n}` },
    },
  });

/** One connection for each host, or as many as a process may have open: Node has raised that as far as it may. */
function socketsMax(): number {
  const files = Number.parseInt(execSync("ulimit -n", { encoding: "utf8" }), 10);
  return Number.isNaN(files) ? HOSTS : Math.min(HOSTS, files - OTHER_FILES);
}

/** The most connections that this process has had open, looked at again and again. */
function watchConnections() {
  let most = 0;
  const timer = setInterval(() => {
    const active = process.getActiveResourcesInfo();
    const count = (kind: string) => active.filter((one) => one === kind).length;
    most = Math.max(most, count("TCPSocketWrap") - count("TCPConnectWrap"));
  }, WATCH_MS);
  return () => {
    clearInterval(timer);
    return most;
  };
}

async function hostIdsOf(db: Database): Promise<number[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>("SELECT host_id AS id FROM host_agents");
  return rows.map(({ id }) => id);
}

/** All but those that the database computes itself. */
async function columnsOf(db: Database, table: string): Promise<string> {
  const [[row]] = await db.$client.query<RowDataPacket[]>(
    `SELECT group_concat(column_name) AS names FROM information_schema.columns
     WHERE table_schema = database() AND table_name = ? AND extra NOT LIKE '%GENERATED%'`,
    [table],
  );
  return String(row?.names);
}

/** The reference: the very same rows into tables of the same shape, a transaction a host. In seconds. */
async function insertPlainly(db: Database, hostIds: readonly number[]): Promise<number> {
  const copies: string[] = [];
  for (const [table, column] of TABLES) {
    await db.$client.query(`CREATE TABLE plain_${table} LIKE ${table}`);
    const all = await columnsOf(db, table);
    copies.push(
      `INSERT INTO plain_${table} (${all}) SELECT ${all} FROM ${table} WHERE ${column} = ?`,
    );
  }
  const rest = [...hostIds];
  const insert = (hostId: number) =>
    transaction(db, async (tx) => {
      for (const copy of copies) await tx.$client.query(copy, [hostId]);
    });
  const lane = async () => {
    for (let id = rest.pop(); id !== undefined; id = rest.pop()) await insert(id);
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: LANES }, lane));
  return (performance.now() - startedAt) / 1000;
}

/** 20,000 new hosts at once, each of which tries again until it is in. */
export function enrollStorm(): Promise<Figure[]> {
  return withWorld(async (world) => {
    await replaceSecrets(SYSTEM, { teamId: null, secrets: [{ secret: SECRET }] });
    const server = await startProduct(world, ["agents"]);
    // As osquery: a connection for each request.
    const agent = new Agent({ keepAlive: false, maxSockets: socketsMax() });
    const mostOpen = watchConnections();
    let retries = 0;
    const enroll = async (n: number) => {
      for (let attempt = 1; ; attempt++) {
        const answer = await post(server.url + ENROLL, body(n), agent).catch(() => undefined);
        if (answer?.status === 200) return String(JSON.parse(answer.body).node_key);
        retries++;
        await sleep(Math.min(RETRY_MS * attempt ** 2, RETRY_MS_MAX) * (0.5 + Math.random()));
      }
    };
    const startedAt = performance.now();
    const keys = await Promise.all(Array.from({ length: HOSTS }, (_, n) => enroll(n)));
    const seconds = (performance.now() - startedAt) / 1000;
    const open = mostOpen();
    await server.stop();
    const hostIds = await hostIdsOf(world.db);
    if (hostIds.length !== HOSTS || new Set(keys).size !== HOSTS) {
      throw new Error(`${hostIds.length} hosts and ${new Set(keys).size} keys of ${HOSTS}`);
    }
    const reference = await insertPlainly(world.db, hostIds);
    return [
      { name: "enroll-storm", value: seconds, unit: `s for ${HOSTS}`, reference },
      { name: "enroll-storm connections", value: open, unit: "at once", reference: HOSTS },
      { name: "enroll-storm retries", value: retries, unit: "requests" },
    ];
  });
}

import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test, vi } from "vitest";
import { GET as attest } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { openDatabase, transaction } from "#db/client.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database, releaseDatabase, setDatabase } from "#lib/database.ts";
import { addSecret, listSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { publishEnv } from "#lib/env.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { insertOldPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { rollUpPolicy } from "#lib/worker/roll-up.ts";

const LIMIT_MS = 120_000;
const HOSTS = 8;
const ROOT = join(import.meta.dirname, "../..");
const folder = await mkdtemp(join(tmpdir(), "muster-backup-"));
const bash = promisify(execFile);
let server: ChildProcess | undefined;

afterAll(async () => {
  await releaseDatabase();
  await stopServer();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const hasClient = ["mariadb-dump", "mariadb"].every((program) => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

/** The lines of docs/operations.md that begin with one of the words, as an operator copies them. */
async function documented(...words: string[]): Promise<string> {
  const page = await readFile(join(ROOT, "docs/operations.md"), "utf8");
  const [, section = ""] = page.split("## Backup and restore\n");
  const lines = section
    .split("\n## ")[0]
    ?.split("\n")
    .filter((line) => words.some((word) => line.startsWith(`${word} `)))
    // This server has no CA of its own.
    .map((line) => line.replace(/ && cp -rp muster.tls .*/, ""))
    .filter((line) => !line.includes("muster.tls"));
  if (!lines?.length) throw new Error(`no command begins with ${words.join(" or ")}`);
  return lines.join("\n");
}

const run = (cwd: string, script: string) => bash("bash", ["-euc", script], { cwd });

/** The product with its embedded database, as bin/start runs it; answers its address. */
async function startServer(place: string, roles: string): Promise<string> {
  const port = await freePort();
  const dataDir = join(place, ".data");
  const argv = ["--import", "tsx", "server.ts", "--port", String(port), "--data", dataDir];
  server = spawn(process.execPath, [...argv, "--roles", roles, "--log-level", "error"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, DATABASE_URL: "", FLEET_SERVER_PRIVATE_KEY: "" },
  });
  const [ready] = await Promise.race([once(server, "message"), once(server, "exit")]);
  if (typeof ready !== "object") throw new Error(`the server ended with ${ready}`);
  const socket = encodeURIComponent(join(dataDir, "mysql/mysql.sock"));
  vi.stubEnv("FLEET_SERVER_PRIVATE_KEY", await readFile(join(dataDir, "secret.key"), "utf8"));
  publishEnv([]);
  setDatabase(openDatabase(`mysql://root@localhost/muster?socketPath=${socket}`, 5));
  return `http://127.0.0.1:${port}/api/osquery/`;
}

async function stopServer(): Promise<void> {
  await releaseDatabase();
  if (!server || server.exitCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
}

/** Hosts as the server at an address sees them. */
class Hosts {
  readonly keys = new Map<string, string>();
  address = "";

  async post(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(this.address + path, { method: "POST", body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, unknown>;
  }

  /** Tries again like osquery: the server learns of a new secret within a second. */
  async enroll(identifier: string, secret: string): Promise<void> {
    await vi.waitFor(async () => {
      const host_details = { system_info: { hostname: identifier } };
      const host = { host_identifier: identifier, platform_type: "21", host_details };
      const body = { enroll_secret: secret, ...host };
      const { node_key: key } = await this.post("enroll", body);
      expect(key).toBeTypeOf("string");
      this.keys.set(identifier, String(key));
    }, 10_000);
  }

  /** Every host answers every policy, this way or that. */
  async report(policyIds: number[], passes: boolean): Promise<void> {
    const rows = passes ? [{ 1: "1" }] : [];
    const names = policyIds.map((id) => `fleet_policy_query_${id}`);
    const queries = Object.fromEntries(names.map((name) => [name, rows]));
    const statuses = Object.fromEntries(names.map((name) => [name, 0]));
    await Promise.all(
      [...this.keys.values()].map(async (node_key) => {
        await this.post("distributed/read", { node_key });
        await this.post("distributed/write", { node_key, queries, statuses });
      }),
    );
  }
}

// MariaDB's client writes MySQL's generated columns, which MySQL then refuses.
test.skipIf(!hasClient || process.env.MUSTER_MYSQLD)(
  "a backup taken by the documented commands while hosts report is the whole server elsewhere",
  async () => {
    const [here, there] = [join(folder, "a"), join(folder, "b")];
    await mkdir(here);
    await mkdir(there);
    const hosts = new Hosts();
    hosts.address = await startServer(here, "agents,worker");
    const policyIds = [await insertOldPolicy({ critical: true }), await insertOldPolicy()];
    const { token } = await insertUser("observer");
    const secret = await transaction(database(), async (tx) => {
      await raiseRevision(tx, "config");
      return addSecret(tx, null);
    });
    for (let n = 0; n < HOSTS; n++) await hosts.enroll(`host-${n}`, secret);
    await hosts.report(policyIds, true);

    let isBackedUp = false;
    const reporting = (async () => {
      for (let n = 0; !isBackedUp; n++) await hosts.report(policyIds, n % 2 === 1);
    })();
    await run(here, await documented("mariadb-dump", "cp"));
    isBackedUp = true;
    await reporting;
    await hosts.enroll("too-late", secret);
    await stopServer();

    await run(here, `cp -p muster.sql muster.secret.key ${there}`);
    await run(there, await documented("mkdir"));
    await startServer(there, "worker");
    await run(there, await documented("mariadb"));
    await stopServer();
    // No worker, which would mend counts that the backup had wrong.
    hosts.address = await startServer(there, "agents");

    for (const policyId of policyIds) {
      expect(await rollUpPolicy(database(), policyId)).toBe(0);
    }
    expect(await database().select().from(policyMembership)).toHaveLength(HOSTS * 2);
    const readable = await listSecrets(SYSTEM, { teamId: null });
    expect(readable.map((one) => one.secret)).toContain(secret);
    for (const [identifier, node_key] of hosts.keys) {
      const answer = await hosts.post("distributed/read", { node_key });
      expect(answer.node_invalid, identifier).toBe(identifier === "too-late" ? true : undefined);
    }
    hosts.keys.delete("too-late");
    await hosts.report(policyIds, true);
    const params = { identifier: "host-0" };
    const { status, body } = await request(attest, { token, params });
    expect([status, body.verdict]).toEqual([200, "pass"]);
    await hosts.enroll("too-late", secret);
  },
  LIMIT_MS,
);

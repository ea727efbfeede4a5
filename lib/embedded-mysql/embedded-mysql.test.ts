import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mysql from "mysql2/promise";
import { afterAll, expect, test } from "vitest";
import { env } from "../env.ts";
import { startEmbeddedMysql } from "./embedded-mysql.ts";
import { readProcess } from "./processes.ts";

const LIMIT_MS = 60_000;
const temporary = await mkdtemp(join(tmpdir(), "muster-test-"));
afterAll(() => rm(temporary, { recursive: true, force: true }));

// Longer than a socket address may be, as a clone deep in someone's home is.
const dataDir = join(temporary, "a-long-name-".repeat(10), "mysql");
const options = { dataDir, mysqld: env().mysqld, fast: true };

async function query(socketPath: string, statement: string) {
  const connection = await mysql.createConnection({ socketPath, user: "root" });
  const [rows] = await connection.query(statement);
  await connection.end();
  return rows;
}

const serverPid = async () => Number(await readFile(join(dataDir, "mysqld.pid"), "utf8"));

/** Another process that owns the database, and can be killed. */
async function startInAnotherProcess() {
  const script = join(temporary, "start.mts");
  const module = join(import.meta.dirname, "embedded-mysql.ts");
  const start = `await startEmbeddedMysql(${JSON.stringify(options)})`;
  await writeFile(
    script,
    `import { startEmbeddedMysql } from ${JSON.stringify(module)};
     ${start}; console.log("ready"); setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

test(
  "what was written is there after a restart, and stop leaves no process",
  async () => {
    await mkdir(dataDir, { recursive: true });
    const first = await startEmbeddedMysql(options);
    await query(first.socketPath, "CREATE DATABASE kept");
    const pid = await serverPid();
    await first.stop();
    expect(await readProcess(pid)).toBeUndefined();

    const second = await startEmbeddedMysql(options);
    expect(await query(second.socketPath, "SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
    await second.stop();
  },
  LIMIT_MS,
);

test(
  "a second start on the same folder is refused and the first goes on",
  async () => {
    const first = await startEmbeddedMysql(options);
    await expect(startEmbeddedMysql(options)).rejects.toThrow(/in use by process \d+/);
    expect(await query(first.socketPath, "SELECT 1")).toHaveLength(1);
    await first.stop();
  },
  LIMIT_MS,
);

test(
  "after the owner was killed the next start takes over and stops what it left",
  async () => {
    const owner = await startInAnotherProcess();
    const orphan = await serverPid();
    owner.kill("SIGKILL");
    await once(owner, "exit");
    expect(await readProcess(orphan)).toBeDefined();

    const next = await startEmbeddedMysql(options);
    expect(await readProcess(orphan)).toBeUndefined();
    expect(await query(next.socketPath, "SELECT 1")).toHaveLength(1);
    await next.stop();
  },
  LIMIT_MS,
);

test("a program that is no database server is refused with its own words", async () => {
  const program = join(temporary, "mysqld");
  await writeFile(program, "#!/bin/sh\necho broken for a reason >&2; exit 1\n");
  await chmod(program, 0o755);
  const start = startEmbeddedMysql({ dataDir: join(temporary, "other"), mysqld: program });
  await expect(start).rejects.toThrow(/broken for a reason/);
});

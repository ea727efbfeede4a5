import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freePort } from "#lib/testing/free-port.ts";
import { createTestDatabaseUrl } from "../testing/database.ts";

const LIMIT_MS = 60_000;
const root = join(import.meta.dirname, "../..");
const folder = await mkdtemp(join(tmpdir(), "muster-test-"));
const databaseUrl = await createTestDatabaseUrl();
const running: ChildProcess[] = [];

afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** server.ts as a process of its own, with the key it makes for itself. */
async function startServer(...options: string[]) {
  const port = await freePort();
  const argv = ["--import", "tsx", "server.ts", "--port", String(port), "--data", folder];
  const child = spawn(process.execPath, [...argv, "--log-level", "silent", ...options], {
    cwd: root,
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    env: { ...process.env, DATABASE_URL: databaseUrl, FLEET_SERVER_PRIVATE_KEY: "" },
  });
  running.push(child);
  let errors = "";
  child.stderr?.on("data", (chunk) => {
    errors += chunk;
  });
  const ready = await Promise.race([once(child, "message"), once(child, "exit")]);
  const url = `http://127.0.0.1:${port}`;
  const post = (path: string) => fetch(url + path, { method: "POST", body: "{}" });
  return { child, port, url, post, isReady: typeof ready[0] === "object", errors: () => errors };
}

test(
  "a process with the role agents alone serves agents and probes, and no console",
  async () => {
    const { child, url, post, port } = await startServer("--roles", "agents");
    for (const family of ["/api/osquery", "/api/v1/osquery"]) {
      expect(await (await post(`${family}/config`)).json()).toMatchObject({ node_invalid: true });
    }
    for (const probe of ["healthz", "healthz/live", "healthz/ready"]) {
      expect((await fetch(`${url}/${probe}`)).status).toBe(200);
    }
    expect(await (await fetch(`${url}/metrics`)).text()).toContain("muster_agent_requests_total");
    const forwarded = { headers: { "X-Forwarded-For": "203.0.113.9" } };
    expect((await fetch(`${url}/metrics`, forwarded)).status).toBe(401);
    expect((await fetch(`${url}/api/v1/fleet/hosts`)).status).toBe(404);

    const broken = connect(port, "127.0.0.1", () => broken.end("no HTTP at all\r\n\r\n"));
    const [answer] = await once(broken.setEncoding("utf8"), "data");
    // osquery takes an empty body for success and would drop its answers.
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*\r\n\r\n\{"error":/);

    const idle = connect(port, "127.0.0.1");
    await once(idle, "connect");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  },
  LIMIT_MS,
);

test(
  "an agent that reaches a process without its role keeps its results",
  async () => {
    const { post } = await startServer("--roles", "worker");
    const answer = await post("/api/osquery/distributed/write");
    expect(answer.status).toBe(404);
    // osquery takes any object without this key for success (contract: osquery-agent 1).
    expect(await answer.json()).toHaveProperty("error");
  },
  LIMIT_MS,
);

test(
  "a port in use stops the start with words for the operator",
  async () => {
    const first = await startServer("--roles", "worker");
    const second = await startServer("--roles", "worker", "--port", String(first.port));
    expect(second.isReady).toBe(false);
    expect(second.errors()).toBe(
      `muster: Port ${first.port} is in use. Stop the other program, or give another --port.\n`,
    );
  },
  LIMIT_MS,
);

test("servers on one data directory share one key, which only its owner can read", async () => {
  const key = await readFile(join(folder, "secret.key"), "utf8");
  expect(Buffer.from(key, "base64")).toHaveLength(32);
  expect((await stat(join(folder, "secret.key"))).mode & 0o777).toBe(0o600);
});

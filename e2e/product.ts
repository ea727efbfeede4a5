import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import mysql, { type Connection } from "mysql2/promise";
import { z } from "zod";
import { type Api, mustCall } from "#lib/demo/api.ts";
import { freePort } from "#lib/testing/free-port.ts";

const root = join(import.meta.dirname, "..");
/** Building takes most of it, where that has not been done. */
const START_LIMIT_MS = 300_000;
const HOSTS = 12;

export interface Product {
  url: string;
  folder: string;
  stop: () => Promise<void>;
}

function startScript(script: string, argv: string[], variables: Record<string, string> = {}) {
  return spawn(process.execPath, ["--import", "tsx", script, ...argv], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    // Its own process group: Ctrl-C ends the tests, and the tests end the product.
    detached: true,
    env: { ...process.env, ...variables },
  });
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function untilReady(child: ChildProcess): Promise<void> {
  const ready = once(child, "message", { signal: AbortSignal.timeout(START_LIMIT_MS) });
  const failed = once(child, "exit").then(() => Promise.reject(new Error("it did not start")));
  await Promise.race([ready, failed]);
}

/** The real product with an empty database of its own, as `bin/start --no-demo` gives it. */
export async function startProduct(...options: string[]): Promise<Product> {
  const folder = await mkdtemp(join(tmpdir(), "muster-e2e-"));
  const port = String(await freePort());
  const argv = ["--no-demo", "--port", port, "--data", folder, "--log-level", "warn", ...options];
  const child = startScript("scripts/start.ts", argv);
  const stop = async () => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  child.stdout?.resume();
  await untilReady(child).catch(async (error) => {
    await stop();
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, folder, stop };
}

export const adminAccount = {
  name: "Ada Admin",
  email: "ada@example.com",
  password: "correct-horse-7-battery",
};

const setupReply = z.object({ token: z.string(), osquery_enroll_secret: z.string() });
const teamReply = z.object({ team: z.object({ id: z.number() }) });
const secretsReply = z.object({ secrets: z.array(z.object({ secret: z.string() })) });

export interface World {
  url: string;
  token: string;
  /** The team half of the hosts belong to; the other half are in no team. */
  team: { id: number; name: string };
  controlSocketPath: string;
}

/** An admin, a team, and agents that are told to ask every second. */
async function setUp({ url, folder }: Product): Promise<World & { secrets: object[] }> {
  const { name, email, password } = adminAccount;
  const reply = await mustCall({ url }, "POST", "/api/v1/setup", {
    admin: { name, email, password },
    org_info: { org_name: "Tests" },
    server_url: url,
  });
  const { token, osquery_enroll_secret: secret } = setupReply.parse(reply);
  const api: Api = { url, token };
  const options = { distributed_interval: 1, config_refresh: 10 };
  // Teams without options of their own have these too.
  const agentOptions = { agent_options: { config: { options } } };
  await mustCall(api, "PATCH", "/api/v1/fleet/config", agentOptions);
  const team = "Workstations";
  const created = await mustCall(api, "POST", "/api/v1/fleet/teams", { name: team });
  const { id } = teamReply.parse(created).team;
  const secretsPath = `/api/v1/fleet/teams/${id}/secrets`;
  const { secrets } = secretsReply.parse(await mustCall(api, "GET", secretsPath));
  return {
    url,
    token,
    team: { id, name: team },
    controlSocketPath: join(folder, "simulator.sock"),
    secrets: [
      { team: null, secret },
      { team, secret: secrets[0]?.secret },
    ],
  };
}

/** The database that a world's product made: its past is written there, since no API writes a past. */
export const databaseOf = ({ controlSocketPath }: World): Promise<Connection> =>
  mysql.createConnection({
    socketPath: join(dirname(controlSocketPath), "mysql/mysql.sock"),
    user: "root",
    database: "muster",
    timezone: "Z",
  });

/** A running product with an admin, a team and a few simulated hosts of each platform. */
export async function startWorld(): Promise<World & { stop: () => Promise<void> }> {
  // Receivers of webhooks are on this machine.
  const product = await startProduct("--webhook-private-addresses");
  const { secrets, ...world } = await setUp(product);
  const argv = [
    ...["--server", product.url, "--hosts", String(HOSTS), "--seed", "e2e"],
    ...["--interval", "1", "--spread", "1", "--control", world.controlSocketPath],
    ...["--no-naps", "--with-parent"],
  ];
  const simulator = startScript("lib/simulator/main.ts", argv, {
    MUSTER_SIMULATOR_SECRETS: JSON.stringify(secrets),
  });
  // Its first line says that the hosts are running.
  if (simulator.stdout) await once(simulator.stdout, "data");
  simulator.stdout?.resume();
  const stop = async () => {
    await end(simulator);
    await product.stop();
  };
  return { ...world, stop };
}

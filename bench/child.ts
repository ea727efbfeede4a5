import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env, type Role } from "#lib/env.ts";
import { freePort } from "#lib/testing/free-port.ts";
import type { World } from "./world.ts";

/** A server in a process of its own, which ends with the world it was started in. */
export interface Child {
  url: string;
  process: ChildProcess;
  stop: () => Promise<void>;
}

export const ROOT = join(import.meta.dirname, "..");
const METER = join(import.meta.dirname, "servers/meter.ts");

/** BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp" profiles the servers. */
const nodeOptions = () => (process.env.BENCH_NODE_OPTIONS ?? "").split(" ").filter(Boolean);

/** Starts a script and waits until it tells its address. */
async function start(
  world: World,
  script: string,
  argv: string[],
  settings: Record<string, string>,
): Promise<Child> {
  const child = fork(join(ROOT, script), argv, {
    cwd: ROOT,
    execArgv: ["--import", "tsx", "--import", METER, "--expose-gc", ...nodeOptions()],
    // Standard output is for figures.
    stdio: ["ignore", process.stderr, process.stderr, "ipc"],
    env: { ...process.env, DATABASE_URL: world.databaseUrl, ...settings },
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  };
  world.undo.push(stop);
  const gone = once(child, "exit").then(([code]) => {
    throw new Error(`${script} ended with ${code} before it served`);
  });
  const [{ url }] = (await Promise.race([once(child, "message"), gone])) as [{ url: string }];
  return { url, process: child, stop };
}

function requireBuild(): void {
  if (existsSync(join(ROOT, env().buildDir, "BUILD_ID"))) return;
  throw new Error(`There is no build in ${env().buildDir}: run \`npm run build\` first.`);
}

/** The product as an operator starts it, on the world's database. */
export async function startProduct(
  world: World,
  roles: readonly Role[],
  argv: readonly string[] = [],
): Promise<Child> {
  if (roles.includes("web")) requireBuild();
  const port = String(await freePort());
  const own = ["--roles", roles.join(), "--port", port, "--data", world.folder];
  return start(world, "server.ts", [...own, ...argv], {});
}

/** The product's console and API by Next alone, without server.ts; or another app of Next. */
export function startNext(world: World, folder = ROOT): Promise<Child> {
  if (folder === ROOT) requireBuild();
  return start(world, "bench/servers/next.ts", [folder], { NODE_ENV: "production" });
}

interface BareOptions {
  /** The bytes of every answer. */
  answer: string;
  /** For HTTPS. */
  tls?: { cert: string; key: string };
  /** Keeps a small object for each node key it has heard. */
  keepsHosts?: boolean;
}

/** The reference: a server of node:http that does nothing. */
export function startBare(world: World, { answer, tls, keepsHosts }: BareOptions): Promise<Child> {
  return start(world, "bench/servers/bare.ts", [], {
    BENCH_ANSWER: answer,
    ...(tls ? { BENCH_TLS: JSON.stringify(tls) } : {}),
    ...(keepsHosts ? { BENCH_KEEPS_HOSTS: "true" } : {}),
  });
}

async function ask<T>(child: Child, question: "processor" | "memory"): Promise<T> {
  child.process.send(question);
  const [answer] = (await once(child.process, "message")) as [T];
  return answer;
}

/** Time on processors that the child has had so far, all its threads together, in microseconds. */
export const processorUs = (child: Child): Promise<number> => ask(child, "processor");

export interface Memory {
  residentBytes: number;
  /** Of objects that are in use: steadier than what the system has lent. */
  liveBytes: number;
}

/** Memory of a child after it has thrown away what it does not need. */
export const memoryOf = (child: Child): Promise<Memory> => ask(child, "memory");

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Demo, ensureDemo, localApi } from "#lib/demo/demo.ts";
import { simulatorSocketPath, simulatorStateFile } from "#lib/demo/paths.ts";
import { takeOwnership } from "#lib/embedded-mysql/lock.ts";
import { type Env, env, helpText, publishEnv } from "#lib/env.ts";
import { AppError, isAppError } from "#lib/errors.ts";
import { plural } from "#lib/format.ts";
import { ensureBuild } from "./build.ts";
import { ensureDatabaseServer } from "./install.ts";
import { withProgress } from "./run.ts";

const USAGE = `Starts Muster, installing and building what is missing.

Usage: bin/start [OPTIONS]

Without --no-demo an empty server gets sample policies, an admin and simulated hosts.
Each option can also be given as the environment variable that stands at its end.

${helpText()}
`;
const WRONG_USAGE = 2;

/** Its own process group, so that Ctrl-C reaches each process once, from here, in order. */
function startProcess(script: string, argv: string[], variables: Record<string, string> = {}) {
  return spawn(process.execPath, ["--import", "tsx", script, ...argv], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: true,
    env: { ...process.env, ...variables },
  });
}

async function endProcess(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

/** Certificates stay: hosts trust their authority. */
async function reset({ dataDir, databaseUrl }: Env): Promise<void> {
  if (databaseUrl) {
    throw new AppError(
      "bad_request",
      "--reset empties the embedded database only; empty your own one yourself.",
    );
  }
  const release = await takeOwnership(join(dataDir, "mysql"));
  await release();
  for (const name of ["mysql", "secret.key", "demo.json", "simulator.json"]) {
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}

async function prepare(settings: Env): Promise<void> {
  if (settings.reset) await reset(settings);
  await ensureDatabaseServer();
  if (settings.roles.includes("web") && !settings.dev) await ensureBuild();
}

/** Resolves when the server answers requests; rejects when it ends before. */
function untilReady(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("message", () => resolve());
    server.once("exit", () => reject(new AppError("unavailable", "The server did not start.")));
  });
}

async function startSimulator(settings: Env, demo: Demo): Promise<ChildProcess> {
  const api = await localApi(settings);
  const argv = [
    ...["--server", api.url, "--hosts", String(settings.demoHosts)],
    ...["--control", simulatorSocketPath(settings.dataDir)],
    ...["--state", simulatorStateFile(settings.dataDir)],
    ...(api.caFile ? ["--ca", api.caFile] : []),
    "--with-parent",
  ];
  return startProcess("lib/simulator/main.ts", argv, {
    MUSTER_SIMULATOR_SECRETS: JSON.stringify(demo.enrollTargets),
  });
}

const canHaveDemo = (settings: Env) =>
  settings.demo && settings.roles.length === 3 && !settings.tlsCert;

/** A newcomer's terminal shows how to sign in, and not a line for each change he makes. */
const quietDemo = (settings: Env): Record<string, string> =>
  canHaveDemo(settings) && !process.env.MUSTER_LOG_LEVEL ? { MUSTER_LOG_LEVEL: "warn" } : {};

function welcome(settings: Env, demo: Demo | undefined): string {
  const at = `\n  Muster is at ${settings.serverUrl}\n`;
  if (!demo) {
    const why = "  This server has its own users, so no demo was started.\n";
    return canHaveDemo(settings) ? at + why : at;
  }
  const password =
    demo.password ?? "as shown at the first start (lost: bin/start --reset begins anew)";
  return `${at}
  E-mail    ${demo.email}
  Password  ${password}

  ${plural(settings.demoHosts, "simulated host")} report to it. Ctrl-C stops everything.
`;
}

async function serve(settings: Env): Promise<number> {
  const server = startProcess("server.ts", [], quietDemo(settings));
  const ended = once(server, "exit");
  let simulator: ChildProcess | undefined;
  const stop = async (signal: NodeJS.Signals) => {
    await endProcess(simulator);
    server.kill(signal);
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => void stop(name === "SIGHUP" ? "SIGTERM" : name));
  }
  // Whoever started this by spawn() with a channel is gone.
  process.on("disconnect", () => void stop("SIGTERM"));
  try {
    await untilReady(server);
    const demo = canHaveDemo(settings)
      ? await withProgress("Preparing the demo", () => ensureDemo(settings))
      : undefined;
    if (demo && settings.demoHosts > 0) simulator = await startSimulator(settings, demo);
    console.log(welcome(settings, demo));
    process.send?.({ url: settings.serverUrl });
  } catch (error) {
    await stop("SIGTERM");
    await ended;
    throw error;
  }
  const [code] = await ended;
  await endProcess(simulator);
  return code ?? 1;
}

async function main(argv: string[]): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  publishEnv(argv);
  process.chdir(join(import.meta.dirname, ".."));
  // The server would forget its data once more.
  const settings = env();
  process.env.MUSTER_RESET = "";
  await prepare(settings);
  return serve(settings);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(isAppError(error) ? `muster: ${error.message}` : error);
    process.exit(isAppError(error) && error.kind === "bad_request" ? WRONG_USAGE : 1);
  },
);

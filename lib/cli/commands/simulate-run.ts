import { resolve } from "node:path";
import type { Command } from "commander";
import { plural } from "#lib/format.ts";
import { readMainOptions, secretsVariable } from "#lib/simulator/main-options.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { findServer, type Invocation, runOf } from "../invocation.ts";
import { readSecrets } from "./secrets.ts";

interface RunOptions {
  server?: string;
  address?: string;
  ca?: string;
  hosts: string;
  team: (string | undefined)[];
  seed: string;
  interval: string;
  spread?: string;
  socket?: string;
  state?: string;
  naps: boolean;
}

const collect = (value: string, before: string[] = []) => [...before, value];

/** MUSTER_ENROLL_SECRET, the simulator's own variable, or the secrets that the user may read. */
async function secretsOf(
  invocation: Invocation,
  command: Command,
  options: RunOptions,
): Promise<string> {
  const { variables } = invocation;
  const given = variables[secretsVariable];
  if (given) return given;
  const secret = variables.MUSTER_ENROLL_SECRET;
  if (secret) return JSON.stringify([{ team: null, secret }]);
  const api = await runOf(invocation, command).api();
  const targets = [];
  for (const team of options.team.length > 0 ? options.team : [undefined]) {
    const [first] = await readSecrets(api, team);
    if (first) targets.push({ team: team ?? null, secret: first.secret });
  }
  if (targets.length > 0) return JSON.stringify(targets);
  throw new CommandError(EXIT.failed, "There is no enroll secret to enroll with.");
}

function readOptions(options: RunOptions, server: string, variables: Record<string, string>) {
  const given = {
    server,
    hosts: options.hosts,
    seed: options.seed,
    interval: options.interval,
    spread: options.spread,
    control: options.socket && resolve(options.socket),
    state: options.state && resolve(options.state),
    "no-naps": !options.naps,
  };
  try {
    return readMainOptions(given, variables);
  } catch (error) {
    throw new CommandError(EXIT.usage, error instanceof Error ? error.message : String(error));
  }
}

async function simulate(invocation: Invocation, command: Command): Promise<void> {
  const options: RunOptions = { ...command.optsWithGlobals<RunOptions>() };
  options.team ??= [];
  const { terminal, variables } = invocation;
  const server = await findServer(variables, {
    address: options.server ?? options.address,
    ca: options.ca,
  });
  const secrets = await secretsOf(invocation, command, options);
  const read = readOptions(options, server.address, { [secretsVariable]: secrets });
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => stop.abort());
  }
  // Takes half a second to load, which the other commands need not wait for.
  const { runFleet } = await import("#lib/simulator/run.ts");
  await runFleet({
    ...read,
    ca: server.ca,
    signal: stop.signal,
    log: (message) => terminal.err(`simulator: ${message}`),
    onStarted: (count) =>
      terminal.err(`${plural(count, "host")} report to ${server.address}. Ctrl-C stops them.`),
  });
}

export function addSimulateRunCommand(parent: Command, invocation: Invocation): void {
  parent
    .command("run")
    .description("run simulated hosts against a server until Ctrl-C")
    .option("--server <url>", "the server; else that of --address or of the last sign-in")
    .option("--hosts <n>", "how many", "100")
    .option("--team <name>", "enroll into this team; repeatable, hosts spread over them", collect)
    .option("--seed <text>", "the same seed makes the same machines", "muster-cli")
    .option("--interval <seconds>", "between check-ins, until the server says otherwise", "10")
    .option("--spread <seconds>", "have hosts come up over this time (the interval)")
    .option("--state <file>", "keep node keys and changes through a restart")
    .option("--no-naps", "no laptop ever goes to sleep")
    .addHelpText("after", HELP)
    .action((_options, command: Command) => simulate(invocation, command));
}

const HELP = `
Enroll secrets are read from the server, which takes a role that may see them. Without
one, set MUSTER_ENROLL_SECRET, or ${secretsVariable} to a JSON array of
{"team", "secret", "platforms"}.

With --socket PATH the hosts take commands (muster simulate --socket PATH set ...).`;

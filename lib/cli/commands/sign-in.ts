import { resolve } from "node:path";
import type { Command } from "commander";
import type { z } from "zod";
import type { loginReply } from "#lib/users/schema.ts";
import { CommandError, EXIT } from "../exit-codes.ts";
import { ask, type Server } from "../http.ts";
import {
  apiOf,
  type CommonOptions,
  DEFAULT_ADDRESS,
  findServer,
  type Invocation,
  normalAddress,
  readAuthority,
  runOf,
  show,
} from "../invocation.ts";
import { readPassword } from "../password.ts";
import { readSignIns, signInsFile, writeSignIns } from "../sign-ins.ts";

interface LoginOptions extends CommonOptions {
  email?: string;
  passwordStdin?: boolean;
}

const LOOPBACK = /^http:\/\/(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|\/|$)/;

async function serverToSignInTo(
  invocation: Invocation,
  options: CommonOptions,
): Promise<Server & { caFile?: string }> {
  const { variables } = invocation;
  const { current, servers } = await readSignIns(signInsFile(variables));
  const given = options.address || variables.MUSTER_ADDRESS || current || DEFAULT_ADDRESS;
  const address = normalAddress(given);
  const caFile = options.ca ? resolve(options.ca) : servers[address]?.caFile;
  return { address, caFile, ca: caFile ? await readAuthority(caFile) : undefined };
}

async function requireEmail(
  { terminal, variables }: Invocation,
  options: LoginOptions,
): Promise<string> {
  const given = options.email ?? variables.MUSTER_EMAIL;
  if (given) return given;
  if (terminal.interactive) return (await terminal.ask("E-mail: ")).trim();
  throw new CommandError(EXIT.usage, "Whose account? Give --email or MUSTER_EMAIL.");
}

type LoginReply = z.output<typeof loginReply>;

async function signIn(server: Server, email: string, password: string): Promise<LoginReply> {
  try {
    return await ask<LoginReply>(server, "POST", "/fleet/login", { body: { email, password } });
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.signedOut) throw error;
    throw new CommandError(
      EXIT.signedOut,
      `${server.address} does not know this e-mail address with this password.`,
      "",
      error,
    );
  }
}

async function login(invocation: Invocation, command: Command): Promise<void> {
  const options = command.optsWithGlobals<LoginOptions>();
  const { terminal } = invocation;
  const server = await serverToSignInTo(invocation, options);
  if (server.address.startsWith("http:") && !LOOPBACK.test(server.address)) {
    terminal.err("Warning: http:// shows your password to everybody on the way.");
  }
  const email = await requireEmail(invocation, options);
  const password = await readPassword(invocation, { stdin: options.passwordStdin });
  const { user, token } = await signIn(server, email, password);
  const file = signInsFile(invocation.variables);
  const known = await readSignIns(file);
  const { address, caFile } = server;
  known.servers[address] = { email: user.email, token, caFile };
  await writeSignIns(file, { ...known, current: address });
  const run = runOf(invocation, command);
  show(run, { address, user }, () => `Signed in to ${address} as ${user.email}.`);
}

async function logout(invocation: Invocation, command: Command): Promise<void> {
  const options = command.optsWithGlobals<CommonOptions>();
  const file = signInsFile(invocation.variables);
  const known = await readSignIns(file);
  // MUSTER_TOKEN is somebody else's to end.
  const variables = { ...invocation.variables, MUSTER_TOKEN: undefined };
  const server = await findServer(variables, options);
  const { address } = server;
  const run = runOf(invocation, command);
  if (!server.token) {
    show(run, { address }, () => `Not signed in to ${address}.`);
    return;
  }
  const refused = await apiOf(server)
    .send("POST", "/fleet/logout")
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  delete known.servers[address];
  const [next = ""] = Object.keys(known.servers);
  await writeSignIns(file, { ...known, current: known.current === address ? next : known.current });
  const isOver = refused instanceof CommandError && refused.exitCode === EXIT.signedOut;
  if (refused && !isOver) {
    invocation.terminal.err(
      "Warning: the token is forgotten here, but the server was not told and still takes it.",
    );
    throw refused;
  }
  show(run, { address }, () => `Signed out of ${address}.`);
}

export function addSignInCommands(program: Command, invocation: Invocation): void {
  program
    .command("login")
    .description("sign in to a server; later commands go to it")
    .option("--email <address>", "your account (MUSTER_EMAIL); asked for when missing")
    .option("--password-stdin", "read the password from the standard input")
    .addHelpText(
      "after",
      "\nThe password is asked for, or taken from MUSTER_PASSWORD. The token is kept in\n~/.config/muster/config.json, readable by you alone.",
    )
    .action((_options, command: Command) => login(invocation, command));
  program
    .command("logout")
    .description("end the session and forget its token")
    .action((_options, command: Command) => logout(invocation, command));
}

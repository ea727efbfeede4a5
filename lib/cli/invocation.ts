import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { CommandError, EXIT, type ExitCode } from "./exit-codes.ts";
import { ask, HEAVY_TIMEOUT_MS, type Method, type Query, type Server } from "./http.ts";
import { readSignIns, signInsFile } from "./sign-ins.ts";
import type { Terminal, Variables } from "./terminal.ts";

export const DEFAULT_ADDRESS = "http://127.0.0.1:8080";

/** Options that every command has. */
export interface CommonOptions {
  address?: string;
  ca?: string;
  json?: boolean;
}

/** The REST API of the server that a command goes to. Paths start below /api/v1. */
export interface Api {
  server: Server;
  get: <T>(path: string, query?: Query) => Promise<T>;
  send: <T>(method: Method, path: string, body?: unknown, query?: Query) => Promise<T>;
  /** A change that may take minutes. */
  sendHeavy: <T>(path: string, body: unknown) => Promise<T>;
}

/** What a command has to work with. */
export interface Run {
  terminal: Terminal;
  variables: Variables;
  /** Where this program lies; bin/start keeps its data there. */
  projectDir: string;
  json: boolean;
  /** For a result that is neither success nor failure. */
  exitWith: (code: ExitCode) => void;
  /** The server named by arguments, variables or the last sign-in. Throws when not signed in. */
  api: () => Promise<Api>;
}

export interface Invocation {
  terminal: Terminal;
  variables: Variables;
  projectDir: string;
  exitCode: ExitCode;
}

export function normalAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  }
  const hint = `Write it with http:// or https://, such as ${DEFAULT_ADDRESS}`;
  throw new CommandError(EXIT.usage, `"${address}" is not the address of a server.`, hint);
}

export async function readAuthority(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: Error) => {
    throw new CommandError(EXIT.usage, `--ca: ${file} cannot be read: ${error.message}`);
  });
}

/** The server that a command means, signed in or not. */
export async function findServer(variables: Variables, options: CommonOptions): Promise<Server> {
  const known = await readSignIns(signInsFile(variables));
  const given = options.address || variables.MUSTER_ADDRESS;
  const address = normalAddress(given || known.current || DEFAULT_ADDRESS);
  const signIn = known.servers[address];
  const caFile = options.ca ?? signIn?.caFile;
  return {
    address,
    token: variables.MUSTER_TOKEN || signIn?.token,
    ca: caFile ? await readAuthority(caFile) : undefined,
  };
}

export function apiOf(server: Server): Api {
  return {
    server,
    get: (path, query) => ask(server, "GET", path, { query }),
    send: (method, path, body, query) => ask(server, method, path, { query, body }),
    sendHeavy: (path, body) => ask(server, "POST", path, { body, timeoutMs: HEAVY_TIMEOUT_MS }),
  };
}

async function connect(variables: Variables, options: CommonOptions): Promise<Api> {
  const server = await findServer(variables, options);
  if (server.token) return apiOf(server);
  const hint = `Sign in: muster login --address ${server.address}\nor set MUSTER_TOKEN to an API token.`;
  throw new CommandError(EXIT.signedOut, `Not signed in to ${server.address}.`, hint);
}

export function runOf(invocation: Invocation, command: Command): Run {
  const { terminal, variables, projectDir } = invocation;
  const options = command.optsWithGlobals<CommonOptions>();
  return {
    terminal,
    variables,
    projectDir,
    json: options.json === true,
    exitWith: (code) => {
      invocation.exitCode = code;
    },
    api: () => connect(variables, options),
  };
}

/** The result as JSON for programs, or what `words` makes of it for people. */
export function show<T>(run: Run, result: T, words: (result: T) => string): void {
  run.terminal.out(run.json ? JSON.stringify(result, null, 2) : words(result));
}

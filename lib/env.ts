import { resolve } from "node:path";
import type { z } from "zod";
import { keyedHash } from "./crypto.ts";
import { isPath, isSwitch, type Setting, settings } from "./env-settings.ts";
import { AppError } from "./errors.ts";

export type { Role } from "./env-settings.ts";

type Settings = typeof settings;
type Parsed = { [K in keyof Settings]: z.output<Settings[K]["parse"]> };

/**
 * The settings of one process. `databaseUrl` is empty until the embedded database runs,
 * `serverPrivateKey` until server.ts has read or made the key file; `serverUrl` is never empty.
 */
export type Env = Omit<Parsed, "port" | "address"> & {
  port: number;
  /** PATH: where to look for the database server's program. */
  searchPath: string;
};

const all: Setting[] = Object.values(settings);
const fleetFlag = (s: Setting) =>
  s.variable.startsWith("FLEET_") ? s.variable.slice("FLEET_".length).toLowerCase() : undefined;
const plain = (flag: string) => flag.replaceAll("-", "_");

function findByFlag(flag: string): Setting | undefined {
  return all.find((s) => plain(s.flag) === plain(flag) || fleetFlag(s) === plain(flag));
}

function unknownOption(argument: string): AppError {
  const start = plain(argument.replace(/^-+/, "")).slice(0, 3);
  const near = all.filter((s) => start && plain(s.flag).includes(start)).map((s) => `--${s.flag}`);
  const hint = near.length ? ` Did you mean ${near.slice(0, 3).join(" or ")}?` : "";
  return new AppError(
    "bad_request",
    `Unknown option ${argument}.${hint} --help lists all options.`,
  );
}

/** `--flag value`, `--flag=value`, `--switch` and `--no-switch`, as text by variable name. */
function readArguments(argv: readonly string[]): Map<string, string> {
  const given = new Map<string, string>();
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, flag = "", inline] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const found = findByFlag(flag);
    const negated = flag.startsWith("no-") ? findByFlag(flag.slice("no-".length)) : undefined;
    if (found && isSwitch(found)) given.set(found.variable, inline ?? "true");
    else if (found) given.set(found.variable, inline ?? requireValue(found, rest.shift()));
    else if (negated && isSwitch(negated)) given.set(negated.variable, "false");
    else throw unknownOption(argument);
  }
  return given;
}

function requireValue(s: Setting, value: string | undefined): string {
  if (value !== undefined && !value.startsWith("--")) return value;
  throw new AppError("bad_request", `--${s.flag} needs a value: ${s.help}.`);
}

/** A URL of a database has its password in it. */
const SECRETS = new Set([settings.serverPrivateKey.variable, settings.databaseUrl.variable]);

function parseSetting(s: Setting, written: string): unknown {
  const result = s.parse.safeParse(written);
  if (result.success) return result.data;
  const reason = result.error.issues[0]?.message ?? "is not valid.";
  const shown = SECRETS.has(s.variable) ? "" : `"${written}" `;
  throw new AppError("bad_request", `--${s.flag} (or ${s.variable}): ${shown}${reason}`);
}

function splitAddress(hostAndPort: string): { host: string; port: number } {
  const colon = hostAndPort.lastIndexOf(":");
  // Fleet's ":8080" means every interface.
  const host = hostAndPort.slice(0, colon).replace(/^\[|\]$/g, "") || "0.0.0.0";
  return { host, port: Number(hostAndPort.slice(colon + 1)) };
}

function ownUrl(env: Pick<Parsed, "tlsSelfSigned" | "tlsCert">, host: string, portNumber: number) {
  const scheme = env.tlsCert || env.tlsSelfSigned ? "https" : "http";
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const name = env.tlsSelfSigned || reachable;
  return `${scheme}://${name.includes(":") ? `[${name}]` : name}:${portNumber}`;
}

function derive(parsed: Parsed, searchPath: string): Env {
  const { address: hostAndPort, ...rest } = parsed;
  const fromAddress = splitAddress(hostAndPort);
  const host = parsed.host || fromAddress.host;
  const portNumber = parsed.port ?? fromAddress.port;
  if (Boolean(parsed.tlsCert) !== Boolean(parsed.tlsKey)) {
    throw new AppError(
      "bad_request",
      "--tls-cert and --tls-key go together; one of them is missing.",
    );
  }
  if (parsed.tlsCert && parsed.tlsSelfSigned) {
    throw new AppError("bad_request", "Give either --tls-cert or --tls-self-signed, not both.");
  }
  if (parsed.dev && parsed.workers > 1) {
    throw new AppError("bad_request", "--dev runs one process; leave --workers out.");
  }
  const serverUrl = (parsed.serverUrl || ownUrl(parsed, host, portNumber)).replace(/\/+$/, "");
  return { ...rest, host, port: portNumber, serverUrl, searchPath };
}

type Variables = Record<string, string | undefined>;

/** Arguments win over variables, variables over defaults; an empty variable counts as not set. */
export function loadEnv(argv: readonly string[], variables: Variables): Env {
  const given = readArguments(argv);
  const entries = Object.entries(settings).map(([name, s]) => {
    const written = given.get(s.variable) || variables[s.variable] || s.fallback;
    return [name, parseSetting(s, written)];
  });
  return derive(Object.fromEntries(entries) as Parsed, variables.PATH ?? "");
}

let cached: Env | undefined;

/**
 * Writes what the arguments say into `variables`, so that the copies of this module under Next and
 * child processes read the same settings. `variables` is the process's own environment by default.
 */
export function publishEnv(argv: readonly string[], variables: Variables = process.env): Env {
  for (const [variable, written] of readArguments(argv)) variables[variable] = written;
  for (const { variable } of all.filter(isPath)) {
    // Against the folder of whoever wrote it; processes may change theirs later.
    if (variables[variable]) variables[variable] = resolve(variables[variable]);
  }
  cached = undefined;
  return loadEnv([], variables);
}

/** What only a running server knows, for its copies of this module, for Next and for next-auth. */
export function publishRuntime(runtime: { databaseUrl: string; serverPrivateKey?: string }): Env {
  const variables: Variables = process.env;
  variables[settings.databaseUrl.variable] = runtime.databaseUrl;
  variables[settings.serverPrivateKey.variable] ||= runtime.serverPrivateKey;
  const published = publishEnv([]);
  variables.NODE_ENV = published.dev ? "development" : "production";
  variables.NEXTAUTH_SECRET = keyedHash(published.serverPrivateKey, "next-auth").toString("hex");
  // Without a declared URL next-auth goes by the Host header: localhost, a name and an address all work.
  if (variables[settings.serverUrl.variable]) variables.NEXTAUTH_URL = published.serverUrl;
  else variables.AUTH_TRUST_HOST = "true";
  return published;
}

/** The settings of this process, read once from its environment. */
export function env(): Env {
  cached ??= loadEnv([], process.env);
  return cached;
}

/** One line per setting: option, variable, default and meaning. */
export function helpText(): string {
  return all
    .map((s) => {
      const name = isSwitch(s) ? `--${s.flag}` : `--${s.flag} VALUE`;
      const fallback = s.fallback && !isSwitch(s) ? ` (${s.fallback})` : "";
      return `  ${name}\n      ${s.help}${fallback}; ${s.variable}`;
    })
    .join("\n");
}

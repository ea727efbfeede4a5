import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";
import { type DatabaseServer, findInstallScript } from "./find-server.ts";

const run = promisify(execFile);
/** 2 s on a laptop; a slow disk in a small container takes a minute. */
const INIT_TIMEOUT_MS = 300_000;
const ERROR_TAIL_CHARACTERS = 2_000;
const PRIVATE = 0o700;

/** Servers refuse to run as root unless told to. */
export const userArguments = (): string[] =>
  process.getuid?.() === 0 ? [`--user=${userInfo().username}`] : [];

/**
 * Temporary files go to `folder`/tmp. MariaDB deletes those that it finds when it starts, so servers
 * with one folder between them delete each other's.
 */
export async function temporaryArguments(folder: string): Promise<string[]> {
  const temporary = join(folder, "tmp");
  await mkdir(temporary, { recursive: true, mode: PRIVATE });
  return [`--tmpdir=${temporary}`];
}

/** MySQL cannot read MariaDB's files, nor MariaDB MySQL's, and neither says so in clear words. */
async function checkMaker(folder: string, server: DatabaseServer): Promise<void> {
  const maker = await readFile(join(folder, "made-by"), "utf8").catch(() => "another program");
  if (maker === server.kind) return;
  throw new AppError(
    "unavailable",
    `The database in ${folder} was made by ${maker}, but ${server.program} is ${server.kind}. Name the right program by --mysqld, or start anew with --reset.`,
  );
}

async function initArguments(server: DatabaseServer, data: string): Promise<[string, string[]]> {
  const common = ["--no-defaults", `--datadir=${data}`, ...userArguments()];
  if (server.kind === "mysql") return [server.program, [...common, "--initialize-insecure"]];
  const script = await findInstallScript(server);
  return [
    script,
    [
      ...common,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
    ],
  ];
}

/**
 * Makes `folder`/data if it is not there yet. It is made under another name and then renamed, so
 * that an interrupted start is begun again instead of being taken for a database.
 */
export async function ensureDataDirectory(folder: string, server: DatabaseServer): Promise<void> {
  if (existsSync(join(folder, "data"))) return checkMaker(folder, server);
  const unfinished = join(folder, "data.unfinished");
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: PRIVATE });
  const [program, argv] = await initArguments(server, unfinished);
  argv.push(...(await temporaryArguments(folder)));
  try {
    await run(program, argv, { timeout: INIT_TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 });
  } catch (cause) {
    const tail = cause instanceof Error ? cause.message.slice(-ERROR_TAIL_CHARACTERS) : "";
    throw new AppError("unavailable", `${program} could not make a database:\n${tail}`, { cause });
  }
  await writeFile(join(folder, "made-by"), server.kind);
  await rename(unfinished, join(folder, "data"));
}

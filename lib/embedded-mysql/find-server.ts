import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../errors.ts";

const run = promisify(execFile);
const VERSION_TIMEOUT_MS = 20_000;

export interface DatabaseServer {
  program: string;
  kind: "mariadb" | "mysql";
}

/** Server programs are not on everyone's PATH: Debian has them in sbin, brew may keep them unlinked. */
const FOLDERS = [
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/libexec",
  "/opt/homebrew/bin",
  "/opt/homebrew/opt/mariadb/bin",
  "/opt/homebrew/opt/mysql/bin",
  "/usr/local/bin",
  "/usr/local/opt/mariadb/bin",
  "/usr/local/opt/mysql/bin",
  "/usr/local/mysql/bin",
];
/** MariaDB first: Ubuntu's AppArmor keeps MySQL from any data directory but /var/lib/mysql. */
const NAMES = ["mariadbd", "mysqld"];

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

export async function firstProgram(candidates: string[]): Promise<string | undefined> {
  for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  return undefined;
}

async function identify(program: string): Promise<DatabaseServer> {
  const { stdout } = await run(program, ["--version"], { timeout: VERSION_TIMEOUT_MS });
  return { program, kind: stdout.includes("MariaDB") ? "mariadb" : "mysql" };
}

/**
 * The database server program of this machine, or undefined. `mysqld` names one; it throws when
 * that one is not there. `searchPath` is a list of folders as in PATH.
 */
export async function findDatabaseServer(
  mysqld: string,
  searchPath: string,
): Promise<DatabaseServer | undefined> {
  if (mysqld) {
    const program = resolve(mysqld);
    if (await isProgram(program)) return identify(program);
    throw new AppError("unavailable", `--mysqld: ${program} is not a program that can be run.`);
  }
  const folders = [...searchPath.split(delimiter).filter(Boolean), ...FOLDERS];
  const found = await firstProgram(
    NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  );
  return found ? identify(found) : undefined;
}

/** MariaDB's script that makes a data directory lies beside the server, or in a folder near it. */
export async function findInstallScript(server: DatabaseServer): Promise<string> {
  const here = dirname(server.program);
  const prefix = basename(here).endsWith("bin") ? dirname(here) : here;
  const folders = [here, join(prefix, "bin"), join(prefix, "scripts"), "/usr/bin"];
  const names = ["mariadb-install-db", "mysql_install_db"];
  const script = await firstProgram(
    folders.flatMap((folder) => names.map((name) => join(folder, name))),
  );
  if (script) return script;
  throw new AppError(
    "unavailable",
    `mariadb-install-db, which belongs to ${server.program}, is missing.`,
  );
}

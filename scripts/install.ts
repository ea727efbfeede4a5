import { existsSync } from "node:fs";
import { findDatabaseServer } from "#lib/embedded-mysql/find-server.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { mustRun, run, withProgress } from "./run.ts";

/** Debian's own build needs no download from elsewhere. */
export const SYSTEM_CHROMIUM = "/usr/bin/chromium";

const succeeds = (command: string, argv: string[]) =>
  run(command, argv, { inheritInput: true }).then(
    ({ code }) => code === 0,
    () => false,
  );

/** How to run a command as root: directly, by sudo (which may ask for a password), or not at all. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  return (await succeeds("sudo", ["-v"])) ? ["sudo"] : undefined;
}

/** True when apt-get has installed the first of these package sets that this release knows. */
async function installByApt(sets: string[][]): Promise<boolean> {
  const prefix = (await succeeds("apt-get", ["--version"])) ? await rootPrefix() : undefined;
  if (!prefix) return false;
  const apt = (...argv: string[]) => {
    const [command = "", ...rest] = [
      ...prefix,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      ...argv,
    ];
    return succeeds(command, rest);
  };
  await apt("update", "-q");
  for (const packages of sets) {
    if (await apt("install", "-y", "-q", "--no-install-recommends", ...packages)) return true;
  }
  return false;
}

async function installByBrew(name: string): Promise<boolean> {
  return (await succeeds("brew", ["--version"])) && succeeds("brew", ["install", name]);
}

const findServer = () => findDatabaseServer(env().mysqld, env().searchPath);

/** Makes sure that a database server program is there. Throws with what to install by hand. */
export async function ensureDatabaseServer(): Promise<void> {
  if (env().databaseUrl || (await findServer())) return;
  await withProgress("Installing a database server (MariaDB)", async () => {
    // The core packages bring the programs without a system service that would start by itself.
    const core = ["mariadb-server-core", "mariadb-client-core"];
    (await installByApt([core, ["mariadb-server"]])) || (await installByBrew("mariadb"));
    if (await findServer()) return;
    throw new AppError(
      "unavailable",
      "No database server could be installed. Install MariaDB (apt-get install mariadb-server, or brew install mariadb), or give --database-url.",
    );
  });
}

/** Makes sure that Playwright has a browser: Debian's Chromium, or Playwright's own. */
export async function ensureChromium(): Promise<void> {
  const { chromium } = await import("@playwright/test");
  const isThere = () => existsSync(SYSTEM_CHROMIUM) || existsSync(chromium.executablePath());
  if (isThere()) return;
  await withProgress("Installing Chromium", async () => {
    // Ubuntu's package of this name is a wrapper for snap, which Playwright cannot drive.
    const isDebian = existsSync("/etc/debian_version") && !existsSync("/etc/lsb-release");
    if (isDebian && (await installByApt([["chromium"]]))) return;
    const withDependencies = process.platform === "linux" && (await rootPrefix()) !== undefined;
    await mustRun(process.execPath, [
      "node_modules/@playwright/test/cli.js",
      "install",
      ...(withDependencies ? ["--with-deps"] : []),
      "chromium",
    ]);
  });
}

/** Debian's packages of servers begin to serve by themselves under systemd; elsewhere they do not. */
const installsQuietly = () => process.getuid?.() === 0 && !existsSync("/run/systemd/system");

/** True when there is what scripts/galera.ts needs. */
export async function ensureGalera(): Promise<boolean> {
  const isThere = () => existsSync("/usr/lib/galera/libgalera_smm.so");
  if (!isThere() && installsQuietly()) {
    const packages = ["mariadb-server", "galera-4", "rsync"];
    await withProgress("Installing Galera", () => installByApt([packages]));
  }
  return isThere();
}

/** For the test of backups, which is skipped where it is missing. */
export async function ensureDumpProgram(): Promise<void> {
  if (await succeeds("mariadb-dump", ["--version"])) return;
  await withProgress("Installing mariadb-dump", async () => {
    await installByApt([["mariadb-client"]]);
  });
}

/** For tests that are skipped where it is missing, and say so. */
export async function ensureNginx(): Promise<void> {
  const isThere = existsSync("/usr/sbin/nginx") || (await succeeds("nginx", ["-v"]));
  if (isThere || !installsQuietly()) return;
  await withProgress("Installing nginx", async () => void (await installByApt([["nginx"]])));
}

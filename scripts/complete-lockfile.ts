import { readFileSync, writeFileSync } from "node:fs";

/*
 * Run after `npm install` when `npm ci` says "Missing: ... from lock file". npm drops the packages
 * for other platforms that the registry did not show it, and then refuses its own lockfile. What is
 * written here is what their parents declare: the name and the one exact version. They get no
 * checksum, because there was nothing to take it of.
 */

const FILE = "package-lock.json";
const SYSTEMS = ["android", "darwin", "freebsd", "linux", "win32"];
const PROCESSORS = ["arm64", "x64", "arm", "ia32", "wasm32"];
const LIBRARIES: Record<string, string> = { musl: "musl", gnu: "glibc", gnueabihf: "glibc" };

interface Lockfile {
  packages: Record<string, { dev?: boolean; optionalDependencies?: Record<string, string> }>;
}

/** By the naming that all such packages follow: name-system-processor-library. */
function platformEntry(name: string, version: string, dev: boolean | undefined) {
  const words = name.split("-");
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  const libc = words.flatMap((word) => LIBRARIES[word] ?? []);
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(os.includes("linux") && libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  };
}

const lock: Lockfile = JSON.parse(readFileSync(FILE, "utf8"));
const paths = Object.keys(lock.packages);
for (const { dev, optionalDependencies = {} } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const isThere = paths.some((path) => `/${path}`.endsWith(`/node_modules/${name}`));
    if (isThere || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = platformEntry(name, version, dev);
    console.log(`added ${name} ${version}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);

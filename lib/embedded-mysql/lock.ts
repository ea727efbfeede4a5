import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors.ts";
import { readProcess, signal, waitForEnd } from "./processes.ts";

/** A killed owner leaves its database running; it gets this long to write its pages and go. */
const ORPHAN_STOP_MS = 60_000;

interface Owner {
  pid: number;
  started: string;
}

/**
 * Makes this process the only owner of a data directory and returns how to give it back. Throws
 * when a living process owns it. A database that outlived its owner is stopped first.
 */
export async function takeOwnership(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, "owner.json");
  const owner = await readOwner(file);
  if (owner && (await readProcess(owner.pid))?.started === owner.started)
    throw inUse(folder, owner.pid);
  await rm(file, { force: true });
  await createOwner(file, folder);
  await stopOrphan(folder);
  return () => rm(file, { force: true });
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    // Missing, or cut short by a crash: nobody's.
    return undefined;
  }
}

async function createOwner(file: string, folder: string): Promise<void> {
  const started = (await readProcess(process.pid))?.started ?? "";
  const content = JSON.stringify({ pid: process.pid, started });
  try {
    await writeFile(file, content, { flag: "wx" });
  } catch (error) {
    // Another start came between the look and the write.
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw inUse(folder, (await readOwner(file))?.pid);
    }
    throw error;
  }
}

function inUse(folder: string, pid: number | undefined): AppError {
  const who = pid ? ` by process ${pid}` : "";
  return new AppError(
    "unavailable",
    `The database in ${folder} is in use${who}. Stop that Muster first, or give this one its own --data directory.`,
  );
}

async function stopOrphan(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, "mysqld.pid"), "utf8").catch(() => ""));
  if (!pid) return;
  const found = await readProcess(pid);
  // The pid may long be somebody else's.
  if (!found?.command.includes(join(folder, "data"))) return;
  signal(pid, "SIGTERM");
  if (await waitForEnd(pid, ORPHAN_STOP_MS)) return;
  throw new AppError(
    "unavailable",
    `A database left running (process ${pid}) does not stop; end it first.`,
  );
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const POLL_MS = 50;
const PS_TIMEOUT_MS = 5_000;

export interface ProcessIdentity {
  /** When it started, in whatever form the system tells; differs when a pid is used again. */
  started: string;
  command: string;
}

/** The running process with this pid, or undefined. */
export async function readProcess(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    return process.platform === "linux" ? await readFromProc(pid) : await readFromPs(pid);
  } catch {
    return undefined;
  }
}

/** A small Debian image has no ps. */
async function readFromProc(pid: number): Promise<ProcessIdentity | undefined> {
  const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ");
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // Fields after the name in brackets, which may hold blanks; state is the 1st, start time the 20th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const isZombie = fields[0] === "Z";
  return isZombie ? undefined : { started: fields[19] ?? "", command };
}

async function readFromPs(pid: number): Promise<ProcessIdentity | undefined> {
  const read = async (column: string) =>
    (await run("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], { timeout: PS_TIMEOUT_MS }))
      .stdout;
  return { started: (await read("lstart")).trim(), command: await read("command") };
}

/** True when the process is gone before `limitMs` has passed. */
export async function waitForEnd(pid: number, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (await readProcess(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Does nothing when the process has ended already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

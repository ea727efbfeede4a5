import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const NS_PER_MS = 1e6;

/** Time on a processor that a process's threads have had, as Linux counts it; elsewhere 0. */
function processorMs(pid: number): number {
  try {
    const threads = `/proc/${pid}/task`;
    return readdirSync(threads).reduce((sum, thread) => {
      const [ns] = readFileSync(join(threads, thread, "schedstat"), "utf8").split(" ");
      return sum + Number(ns) / NS_PER_MS;
    }, 0);
  } catch {
    return 0;
  }
}

/** Processor time of the database, in ms. */
export function databaseClock(databaseUrl: string): () => number {
  const socket = new URL(databaseUrl).searchParams.get("socketPath") ?? "";
  const pid = Number(readFileSync(join(dirname(socket), "mysqld.pid"), "utf8"));
  return () => processorMs(pid);
}

/** Likewise of this process and the database, which others on the machine do not stretch. */
export function processorClock(databaseUrl: string): () => number {
  const database = databaseClock(databaseUrl);
  return () => database() + processorMs(process.pid);
}

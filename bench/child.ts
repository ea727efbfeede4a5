import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child {
  url: string;
  process: ChildProcess;
  stop: () => Promise<void>;
}

/** BENCH_NODE_OPTIONS="--cpu-prof --cpu-prof-dir=/tmp" profiles the servers. */
const nodeOptions = () => (process.env.BENCH_NODE_OPTIONS ?? "").split(" ").filter(Boolean);

/** Starts one of bench/servers as a process of its own, and waits until it tells its address. */
export async function startChild(
  name: "agents" | "attest" | "bare",
  settings: Record<string, string>,
): Promise<Child> {
  const path = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = fork(path, [], {
    execArgv: ["--import", "tsx", "--expose-gc", ...nodeOptions()],
    env: { ...process.env, ...settings },
  });
  const [message] = (await once(child, "message")) as [{ url: string }];
  return {
    url: message.url,
    process: child,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

export interface Memory {
  residentBytes: number;
  /** Of objects that are in use: steadier than what the system has lent. */
  liveBytes: number;
}

/** Memory of a child after it has thrown away what it does not need. */
export async function memoryOf(child: Child): Promise<Memory> {
  child.process.send("collect");
  const [message] = (await once(child.process, "message")) as [Memory];
  return message;
}

export const residentBytes = async (child: Child): Promise<number> =>
  (await memoryOf(child)).residentBytes;

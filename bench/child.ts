import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child {
  url: string;
  process: ChildProcess;
  stop: () => Promise<void>;
}

/** Starts one of bench/servers as a process of its own, and waits until it tells its address. */
export async function startChild(
  name: "agents" | "bare",
  settings: Record<string, string>,
): Promise<Child> {
  const path = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = fork(path, [], {
    execArgv: ["--import", "tsx"],
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

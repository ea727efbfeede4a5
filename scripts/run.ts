import { spawn } from "node:child_process";
import { once } from "node:events";
import { AppError } from "#lib/errors.ts";

const TICK_MS = 1_000;
/** Without a terminal a line now and then shows that it is still going on. */
const LINE_EVERY_SECONDS = 15;
const OUTPUT_CHARACTERS_MAX = 20_000;

/** Tells on stderr how long a step has been running. Returns how to end it. */
function showProgress(title: string): (outcome: string) => void {
  const startedAtMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedAtMs) / 1000);
  const { isTTY } = process.stderr;
  if (!isTTY) process.stderr.write(`${title} ...\n`);
  const tick = () => {
    if (isTTY) process.stderr.write(`\r${title} ... ${seconds()} s `);
    else if (seconds() % LINE_EVERY_SECONDS === 0) process.stderr.write(`  ${seconds()} s ...\n`);
  };
  if (isTTY) tick();
  const timer = setInterval(tick, TICK_MS);
  return (outcome) => {
    clearInterval(timer);
    process.stderr.write(`${isTTY ? "\r" : ""}${title}: ${outcome} (${seconds()} s)\n`);
  };
}

/** Runs a step that takes a while, showing that it does. */
export async function withProgress<T>(title: string, work: () => Promise<T>): Promise<T> {
  const finish = showProgress(title);
  try {
    const result = await work();
    finish("done");
    return result;
  } catch (error) {
    finish("failed");
    throw error;
  }
}

export interface Finished {
  code: number;
  /** The end of what it wrote to both outputs. */
  output: string;
}

/** Runs a program to its end. `show` also passes its output on as it comes. */
export async function run(
  command: string,
  argv: string[],
  options: { env?: Record<string, string>; show?: boolean; inheritInput?: boolean } = {},
): Promise<Finished> {
  const child = spawn(command, argv, {
    stdio: [options.inheritInput ? "inherit" : "ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  let output = "";
  const take = (chunk: Buffer) => {
    if (options.show) process.stdout.write(chunk);
    output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const [code] = await once(child, "close");
  return { code: code ?? 1, output };
}

/** Like run(), quietly; throws with the program's own last words when it fails. */
export async function mustRun(command: string, argv: string[], env?: Record<string, string>) {
  const { code, output } = await run(command, argv, { env });
  if (code === 0) return;
  throw new AppError("unavailable", `${command} ${argv.join(" ")} failed:\n${output.trimEnd()}`);
}

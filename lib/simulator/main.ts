import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { plural } from "#lib/format.ts";
import { type MainOptions, readMainOptions, usage } from "./main-options.ts";
import { runFleet } from "./run.ts";

/** How often a child looks whether its parent is still there. */
const parentCheckMilliseconds = 1000;

/** A parent that was killed cannot say so; the child is given to another one then. */
function abortWithParent(stop: AbortController): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, parentCheckMilliseconds);
  timer.unref();
}

async function run(options: MainOptions): Promise<void> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => stop.abort());
  }
  if (options.withParent) abortWithParent(stop);
  await runFleet({
    ...options,
    ca: options.caFile ? await readFile(options.caFile, "utf8") : undefined,
    signal: stop.signal,
    log: (message) => console.error(`simulator: ${message}`),
    onStarted: (hostCount) =>
      console.log(`simulator: ${plural(hostCount, "host")} report to ${options.serverUrl}`),
  });
}

/** Exit codes: 0 stopped as asked, 1 could not run, 2 wrong arguments. */
async function main(): Promise<void> {
  let options: MainOptions;
  try {
    const { values } = parseArgs({ options: usage.options });
    if (values.help) {
      console.log(usage.text);
      return;
    }
    options = readMainOptions(values, process.env);
  } catch (error) {
    console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
    return;
  }
  await run(options);
}

main().catch((error: unknown) => {
  console.error(`simulator: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

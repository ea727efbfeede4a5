import { runCli } from "#lib/cli/program.ts";
import { processTerminal } from "#lib/cli/terminal.ts";

// "muster hosts list | head": whoever reads has seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  variables: process.env,
  projectDir: import.meta.dirname,
});

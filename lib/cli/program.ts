import { Command, CommanderError } from "commander";
import { addEvidenceCommand } from "./commands/evidence.ts";
import { addGitopsCommands } from "./commands/gitops.ts";
import { addHostCommands } from "./commands/hosts.ts";
import { addImportCommand } from "./commands/import.ts";
import { addLabelCommands } from "./commands/labels.ts";
import { addPolicyCommands } from "./commands/policies.ts";
import { addSecretCommands } from "./commands/secrets.ts";
import { addSignInCommands } from "./commands/sign-in.ts";
import { addSimulateCommands } from "./commands/simulate.ts";
import { addTeamCommands } from "./commands/teams.ts";
import { addUserCommands } from "./commands/users.ts";
import { CommandError, EXIT, type ExitCode } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";
import { paint, printable, type Terminal, type Variables } from "./terminal.ts";

const HELP = `
Environment:
  MUSTER_ADDRESS   the server
  MUSTER_TOKEN     an API token, instead of signing in
  NO_COLOR         no colours

Exit codes: 0 done, 1 failed, 2 wrong usage or file, 3 not signed in, 4 not found,
5 differences found (--dry-run --exit-code).

Begin with: muster login`;

/** Settings before the commands are added: commander hands them down to each as it is made. */
function createProgram({ terminal }: Invocation): Command {
  return new Command("muster")
    .description("Muster's operator commands.")
    .option("--address <url>", "the server (MUSTER_ADDRESS; else that of the last sign-in)")
    .option("--ca <file>", "PEM of the authority that signed the server's certificate")
    .option("--json", "results as JSON, for programs")
    .addHelpText("after", HELP)
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
      getOutHelpWidth: () => terminal.columns ?? 90,
      getErrHelpWidth: () => terminal.columns ?? 90,
      outputError: (text, write) => write(text.replace(/^error: /, "muster: ")),
    })
    .exitOverride();
}

function addCommands(program: Command, invocation: Invocation): void {
  addSignInCommands(program, invocation);
  addPolicyCommands(program, invocation);
  addGitopsCommands(program, invocation);
  addImportCommand(program, invocation);
  addHostCommands(program, invocation);
  addLabelCommands(program, invocation);
  addEvidenceCommand(program, invocation);
  addTeamCommands(program, invocation);
  addUserCommands(program, invocation);
  addSecretCommands(program, invocation);
  addSimulateCommands(program, invocation);
}

const indented = (text: string) => text.replace(/^/gm, "  ");

function explain(terminal: Terminal, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has said what is wrong; --help arrives here too, with 0.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  if (!(error instanceof CommandError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.err(printable(`muster: ${text}`));
    return EXIT.failed;
  }
  terminal.err(`${paint(terminal, "red", "muster:")} ${printable(error.message)}`);
  if (error.hint) terminal.err(indented(printable(error.hint)));
  return error.exitCode;
}

/** Runs one command. Never throws; the answer is what the process ends with. */
export async function runCli(
  argv: readonly string[],
  context: { terminal: Terminal; variables: Variables; projectDir: string },
): Promise<ExitCode> {
  const invocation: Invocation = { ...context, exitCode: EXIT.ok };
  try {
    const program = createProgram(invocation);
    addCommands(program, invocation);
    await program.parseAsync([...argv], { from: "user" });
    return invocation.exitCode;
  } catch (error) {
    return explain(context.terminal, error);
  }
}

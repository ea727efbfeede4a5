import { CommandError, EXIT } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";

interface PasswordOptions {
  stdin?: boolean;
  /** The variable that may hold it. */
  variable?: string;
  question?: string;
  /** Asks twice: nobody could tell later what was mistyped. */
  twice?: boolean;
}

/** A password, never from an argument: arguments are seen by every user of the machine. */
export async function readPassword(
  { terminal, variables }: Invocation,
  options: PasswordOptions = {},
): Promise<string> {
  const { variable = "MUSTER_PASSWORD", question = "Password: " } = options;
  if (options.stdin) return (await terminal.readInput()).replace(/\r?\n$/, "");
  const given = variables[variable];
  if (given) return given;
  if (!terminal.interactive) {
    const hint = `Give it on the standard input with --password-stdin, or in ${variable}.`;
    throw new CommandError(EXIT.usage, "There is nobody here to ask for the password.", hint);
  }
  const password = await terminal.ask(question, { hidden: true });
  if (options.twice && password !== (await terminal.ask("Again: ", { hidden: true }))) {
    throw new CommandError(EXIT.usage, "The two passwords differ.");
  }
  return password;
}

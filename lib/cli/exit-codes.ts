/** What a script can tell from the end of a command. docs/cli.md lists them for people. */
export const EXIT = {
  ok: 0,
  /** The server refused or could not be reached. */
  failed: 1,
  /** Wrong arguments, or a file that cannot be read as what it should be. */
  usage: 2,
  signedOut: 3,
  notFound: 4,
  /** `--exit-code`: a dry run found differences. */
  differs: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with words for the person: what failed, and under it how to mend it. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  readonly hint: string;
  /** What the server said of single fields of what was sent, by their names. */
  fields: Readonly<Record<string, string>> = {};

  constructor(exitCode: ExitCode, message: string, hint = "", cause?: unknown) {
    super(message, { cause });
    this.name = "CommandError";
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

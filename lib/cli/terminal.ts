import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";
import { CommandError, EXIT } from "./exit-codes.ts";

export type Colour = "red" | "green" | "yellow" | "bold" | "dim";
export type Variables = Record<string, string | undefined>;

/** Where a command reads and writes; tests give their own. */
export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Columns of the screen. undefined: the output goes to a file or program, and nothing is cut. */
  columns: number | undefined;
  colour: boolean;
  /** Whether there is a person to ask. */
  interactive: boolean;
  ask: (question: string, options?: { hidden?: boolean }) => Promise<string>;
  readInput: () => Promise<string>;
}

/**
 * Host names, osquery's messages and the like come from machines that nobody vouches for. Their
 * control characters could move the cursor, recolour or retitle the operator's terminal.
 */
export function printable(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it removes
  return value.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "�");
}

export function paint(terminal: Terminal, colour: Colour, value: string): string {
  return terminal.colour ? styleText(colour, value) : value;
}

/** NO_COLOR (no-color.org) and TERM=dumb turn colours off, as does an output that is no screen. */
const wantsColour = (variables: Variables, isTTY: boolean): boolean =>
  isTTY && !variables.NO_COLOR && variables.TERM !== "dumb";

const interrupted = () => new CommandError(EXIT.failed, "Nothing was entered.");

function ask(question: string, { hidden = false } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    let silent = false;
    const output = new Writable({
      write(chunk, _encoding, done) {
        if (!silent) process.stderr.write(chunk);
        done();
      },
    });
    const lines = createInterface({ input: process.stdin, output, terminal: true });
    let answered = false;
    lines.on("SIGINT", () => {
      lines.close();
      process.kill(process.pid, "SIGINT");
    });
    lines.on("close", () => {
      if (hidden) process.stderr.write("\n");
      if (!answered) reject(interrupted());
    });
    lines.question(question, (answer) => {
      answered = true;
      lines.close();
      resolve(answer);
    });
    silent = hidden;
  });
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    columns: stdout.isTTY ? stdout.columns : undefined,
    colour: wantsColour(env, stdout.isTTY),
    interactive: stdin.isTTY && stderr.isTTY,
    ask,
    readInput: () => text(stdin),
  };
}

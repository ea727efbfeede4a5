import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { runCli } from "./program.ts";
import type { Terminal, Variables } from "./terminal.ts";

export interface Ended {
  code: number;
  out: string;
  err: string;
}

interface Given {
  variables?: Variables;
  input?: string;
  /** Answers to questions; with any there is a person at the terminal. */
  answers?: string[];
  columns?: number;
}

/** A command line with a home of its own, gone after the last test of the file. */
export async function testCli(variables: Variables = {}) {
  const home = await mkdtemp(join(tmpdir(), "muster-cli-"));
  afterAll(() => rm(home, { recursive: true }));
  const muster = async (argv: string[], given: Given = {}): Promise<Ended> => {
    const out: string[] = [];
    const err: string[] = [];
    const answers = [...(given.answers ?? [])];
    const terminal: Terminal = {
      out: (line) => out.push(line),
      err: (line) => err.push(line),
      columns: given.columns,
      colour: false,
      interactive: given.answers !== undefined,
      ask: async () => answers.shift() ?? "",
      readInput: async () => given.input ?? "",
    };
    const code = await runCli(argv, {
      terminal,
      variables: { HOME: home, ...variables, ...given.variables },
      projectDir: home,
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };
  return { home, muster };
}

import { expect, test } from "vitest";
import { type Column, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const terminal = (columns?: number): Terminal => ({
  out: () => undefined,
  err: () => undefined,
  columns,
  colour: false,
  interactive: false,
  ask: async () => "",
  readInput: async () => "",
});

type Row = readonly [name: string, note: string, count: string];
const columns: readonly Column<Row>[] = [
  { title: "Name", value: ([name]) => name, min: 10 },
  { title: "Note", value: ([, note]) => note, min: 10 },
  { title: "Hosts", value: ([, , count]) => count, right: true },
];
const rows: Row[] = [["a".repeat(60), "b".repeat(40), "12,345"]];

test("a table fits the screen by cutting its widest columns, numbers never", () => {
  const lines = table(terminal(80), columns, rows).split("\n");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines[1]).toMatch(/^a+… {2}b+…? {2}12,345$/);
});

test("in a pipe nothing is cut", () => {
  expect(table(terminal(), columns, rows)).toContain("a".repeat(60));
});

test("what machines call themselves cannot steer the terminal", () => {
  const evil: Row[] = [["\u001b]0;owned\u0007\u001b[31mred\nline", "\u202Egpj.exe", "1"]];
  const text = table(terminal(), columns, evil);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must be gone
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text.split("\n")).toHaveLength(2);
});

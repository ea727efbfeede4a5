import Table from "cli-table3";
import { type Colour, paint, printable, type Terminal } from "./terminal.ts";

export interface Column<T> {
  title: string;
  value: (row: T) => string;
  colour?: (row: T) => Colour | undefined;
  right?: boolean;
  /** May be cut to this many characters when the screen is narrow. */
  min?: number;
}

const GAP = "  ";
const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: GAP,
};

const widthOf = (value: string) => [...value].length;

/** Takes what does not fit from the widest of the columns that may be cut, one after the other. */
export function fitWidths(
  natural: readonly number[],
  least: readonly (number | undefined)[],
  columns: number,
): number[] {
  const widths = [...natural];
  const room = columns - GAP.length * (widths.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    const cuttable = widths
      .map((width, index) => ({ width, index }))
      .filter(({ width, index }) => width > (least[index] ?? width));
    const widest = cuttable.sort((a, b) => b.width - a.width)[0];
    if (!widest) break;
    widths[widest.index] = widest.width - 1;
    excess--;
  }
  return widths;
}

/** A table without lines, as wide as the screen at most. In a pipe nothing is cut. */
export function table<T>(
  terminal: Terminal,
  columns: readonly Column<T>[],
  rows: readonly T[],
): string {
  const cells = rows.map((row) =>
    columns.map(({ value }) => printable(value(row)).replace(/\s+/g, " ")),
  );
  const titles = columns.map(({ title }) => title.toUpperCase());
  const natural = titles.map((title, at) =>
    Math.max(widthOf(title), ...cells.map((row) => widthOf(row[at] ?? ""))),
  );
  const colWidths =
    terminal.columns === undefined
      ? natural
      : fitWidths(
          natural,
          columns.map(({ min }) => min),
          terminal.columns,
        );
  const grid = new Table({
    head: titles.map((title) => paint(terminal, "dim", title)),
    colWidths,
    colAligns: columns.map(({ right }) => (right ? "right" : "left")),
    chars: NO_LINES,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  rows.forEach((row, index) => {
    grid.push(
      columns.map(({ colour }, at) => {
        const painted = colour?.(row);
        const cell = cells[index]?.[at] ?? "";
        return painted ? paint(terminal, painted, cell) : cell;
      }),
    );
  });
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `Name   value` lines, for one thing. Empty values are left out. */
export function facts(terminal: Terminal, pairs: readonly (readonly [string, string])[]): string {
  const told = pairs.filter(([, value]) => value !== "");
  const width = Math.max(...told.map(([name]) => widthOf(name)));
  return told
    .map(
      ([name, value]) =>
        `${paint(terminal, "dim", name.padEnd(width))}${GAP}${printable(value).replace(/\s+/g, " ")}`,
    )
    .join("\n");
}

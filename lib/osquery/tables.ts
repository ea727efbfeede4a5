import facts from "./tables.json" with { type: "json" };

export type OsqueryPlatform = "darwin" | "linux" | "windows";
export type OsqueryColumnType = "text" | "integer" | "bigint" | "unsigned_bigint" | "double";

export interface OsqueryColumn {
  name: string;
  type: OsqueryColumnType;
  /** Left out of `SELECT *`; usable when named. */
  hidden: boolean;
  /** A constraint on it makes the look-up cheap on the agent. */
  index: boolean;
  /** Without a constraint on a required column osquery answers no rows and logs a warning. */
  required: boolean;
  platforms: readonly OsqueryPlatform[];
}

export interface OsqueryTable {
  name: string;
  /** Older names osquery still answers to. */
  aliases: readonly string[];
  /** Fed by a publisher that is off unless the agent's flags switch it on. */
  evented: boolean;
  platforms: readonly OsqueryPlatform[];
  columns: readonly OsqueryColumn[];
}

/*
 * One line per table keeps the browser's share at a third of plain JSON:
 *   "name": "PLATFORMS[+][=alias,...] column[.TYPE][!][*][~][@PLATFORMS] ..."
 * Platforms d, l, w; types i, b, u, f and text when absent; + evented, ! required, * index, ~ hidden.
 */
const tablePattern = /^([dlw]+)(\+?)(?:=(.*))?$/;
const columnPattern = /^(\w+?)(?:\.([ibuf]))?(!?)(\*?)(~?)(?:@([dlw]+))?$/;

const platformLetters: Record<string, OsqueryPlatform> = {
  d: "darwin",
  l: "linux",
  w: "windows",
};

const typeLetters: Record<string, OsqueryColumnType> = {
  i: "integer",
  b: "bigint",
  u: "unsigned_bigint",
  f: "double",
};

const factLines: Readonly<Record<string, string>> = facts;

function parsePlatforms(letters: string): OsqueryPlatform[] {
  return [...letters].flatMap((letter) => platformLetters[letter] ?? []);
}

function parseColumn(text: string, tablePlatforms: OsqueryPlatform[]): OsqueryColumn {
  const [, name = text, type = "", required, index, hidden, letters] =
    columnPattern.exec(text) ?? [];
  return {
    name,
    type: typeLetters[type] ?? "text",
    hidden: hidden === "~",
    index: index === "*",
    required: required === "!",
    platforms: letters ? parsePlatforms(letters) : tablePlatforms,
  };
}

function parseTable(name: string, line: string): OsqueryTable {
  const [head = "", ...columns] = line.split(" ");
  const [, letters = "", evented, aliases] = tablePattern.exec(head) ?? [];
  const platforms = parsePlatforms(letters);
  return {
    name,
    aliases: aliases?.split(",") ?? [],
    evented: evented === "+",
    platforms,
    columns: columns.map((column) => parseColumn(column, platforms)),
  };
}

/** Every table of osquery 5.23, in alphabetical order. */
export const osqueryTables: readonly OsqueryTable[] = Object.entries(factLines).map(
  ([name, line]) => parseTable(name, line),
);

const tablesByName = new Map<string, OsqueryTable>(
  osqueryTables.flatMap((table) => [table.name, ...table.aliases].map((name) => [name, table])),
);

/** Finds a table by its name or an alias, in any case, as SQLite does. */
export function osqueryTable(name: string): OsqueryTable | undefined {
  return tablesByName.get(name.toLowerCase());
}

/** The tables an agent on this platform has. */
export function tablesFor(platform: OsqueryPlatform): OsqueryTable[] {
  return osqueryTables.filter((table) => table.platforms.includes(platform));
}

/**
 * The columns that can hold something on a platform, hidden ones included; all when none is given.
 * The others exist there too, hidden and empty, so naming one is no error on an agent.
 */
export function columnsOf(
  table: OsqueryTable,
  platform?: OsqueryPlatform,
): readonly OsqueryColumn[] {
  if (!platform) return table.columns;
  return table.columns.filter((column) => column.platforms.includes(platform));
}

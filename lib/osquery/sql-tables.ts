import { type OsqueryPlatform, type OsqueryTable, osqueryTable } from "./tables.ts";

const allPlatforms: readonly OsqueryPlatform[] = ["darwin", "windows", "linux"];

/** Comments and quoted strings hold words that name no table; "x", `x` and [x] may be names. */
const notNames = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g;

/** Every word of a statement that could be a name, lower case. */
export function wordsOf(sql: string): Set<string> {
  const words = sql.replace(notNames, " ").matchAll(/[A-Za-z_][A-Za-z0-9_]*/g);
  return new Set(Array.from(words, ([word]) => word.toLowerCase()));
}

/**
 * Tables that a statement may read. It goes by words, not by a parse, so a column that shares a
 * table's name (`users`, `time`) counts too: too many is possible, too few is not.
 */
export function tablesNamedIn(sql: string): OsqueryTable[] {
  const tables = Array.from(wordsOf(sql), osqueryTable).filter((table) => table !== undefined);
  return [...new Set(tables)];
}

const tableAfterKeyword = /\b(?:from|join)\s+["`[]?([A-Za-z_]\w*)/gi;
const commonTableName =
  /(?:\bwith\b(?:\s+recursive\b)?|,)\s*([A-Za-z_]\w*)\s*(?:\([^)]*\))?\s+as\s*(?:not\s+|materialized\s*)*\(/gi;

/** Names right after FROM or JOIN that osquery does not know and the statement does not define. */
export function unknownTablesIn(sql: string): string[] {
  const plain = sql.replace(notNames, " ");
  const defined = new Set(
    Array.from(plain.matchAll(commonTableName), ([, name = ""]) => name.toLowerCase()),
  );
  const read = Array.from(plain.matchAll(tableAfterKeyword), ([, name = ""]) => name.toLowerCase());
  return [...new Set(read)].filter((name) => !defined.has(name) && !osqueryTable(name));
}

/** Platforms that have every table the statement reads after FROM or JOIN. */
export function platformsThatCanRun(sql: string): OsqueryPlatform[] {
  const plain = sql.replace(notNames, " ");
  const tables = Array.from(plain.matchAll(tableAfterKeyword), ([, name = ""]) =>
    osqueryTable(name),
  ).filter((table) => table !== undefined);
  return allPlatforms.filter((platform) =>
    tables.every((table) => table.platforms.includes(platform)),
  );
}

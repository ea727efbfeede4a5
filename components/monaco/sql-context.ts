import { columnsOfCommon, commonTables } from "#lib/osquery/common-tables.ts";
import { nameOf, tokensOf } from "#lib/osquery/sql-tokens.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { knownSchema } from "./known-schema.ts";

/** Comments and strings: what they hold is neither a table nor a keyword. */
const NOT_CODE = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g;

/** Blanked and not cut out, so that places in the text stay where they are. */
export function codeOf(sql: string): string {
  return sql.replace(NOT_CODE, (text) => text.replace(/[^\n]/g, " "));
}

/** Whatever ends the list of tables after FROM or JOIN. */
const CLAUSES =
  /\b(from|join|where|on|using|left|right|inner|outer|cross|natural|full|group|order|having|limit|union|except|intersect|window)\b/gi;

export interface ScopedTable {
  table: OsqueryTable;
  /** What the statement calls it: an alias, or the name as written. */
  alias: string;
}

/** Tables that a statement reads, also those of its subqueries, with what it calls them. */
export function tablesInScope(sql: string): ScopedTable[] {
  // Splitting by a pattern with a group keeps the keywords, at the odd places.
  const parts = codeOf(sql).split(CLAUSES);
  return parts.flatMap((part, index) =>
    /^(?:from|join)$/i.test(parts[index - 1] ?? "") ? tablesOf(part) : [],
  );
}

/** Tables that the statement makes for itself with WITH. */
export interface OwnTable {
  name: string;
  columns: string[];
}

export function ownTables(sql: string): OwnTable[] {
  const tokens = tokensOf(sql);
  return Array.from(commonTables(tokens).values(), (table) => ({
    name: table.name,
    columns: [...new Set(columnsOfCommon(tokens, table))],
  }));
}

/** The table of osquery that the word at a place is, stands for or belongs to. */
export function tableAt(sql: string, offset: number): string | undefined {
  const tokens = tokensOf(sql);
  const at = tokens.findIndex(({ start, end }) => start <= offset && offset <= end);
  const token = tokens[at];
  const name = token && nameOf(token);
  if (!name) return undefined;
  const scope = tablesInScope(sql);
  const called = (word: string | undefined) =>
    scope.find(({ alias, table }) => [alias.toLowerCase(), table.name].includes(word ?? ""));
  const before = tokens[at - 2];
  const qualifier = tokens[at - 1]?.text === "." && before ? nameOf(before) : undefined;
  if (qualifier) return called(qualifier)?.table.name;
  const owners = scope.filter(({ table }) => table.columns.some((one) => one.name === name));
  return (called(name) ?? (owners.length === 1 ? owners[0] : undefined))?.table.name;
}

function tablesOf(list: string): ScopedTable[] {
  const [flat = ""] = list.split(/[();]/);
  return flat.split(",").flatMap((item) => {
    const [name = "", ...rest] = item.trim().split(/\s+/);
    const table = knownSchema().find(name);
    const alias = rest.find((word) => word.toLowerCase() !== "as");
    return table ? [{ table, alias: alias ?? name }] : [];
  });
}

export type SqlPlace =
  | { kind: "table" }
  /** After `alias.`: one table's columns. */
  | { kind: "column-of"; alias: string }
  | { kind: "expression" }
  /** Within a string or a comment. */
  | { kind: "text" };

const CLAUSE =
  /\b(select|from|join|where|on|using|group|order|having|limit|union|except|intersect|with|set)\b/gi;

/** What can be written at the end of `before`, the statement's text up to the cursor. */
export function placeAt(before: string): SqlPlace {
  if (endsInText(before)) return { kind: "text" };
  const code = codeOf(before);
  const dotted = /(\w+)\.\w*$/.exec(code);
  if (dotted?.[1]) return { kind: "column-of", alias: dotted[1] };
  const clause = [...code.matchAll(CLAUSE)].at(-1)?.[1]?.toLowerCase();
  const begins = /(?:\b(?:from|join)\s+|,\s*)\w*$/i.test(code);
  if ((clause === "from" || clause === "join") && begins) return { kind: "table" };
  return { kind: "expression" };
}

function endsInText(before: string): boolean {
  const closed = before.replace(/--[^\n]*\n|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, " ");
  return /--|\/\*|'/.test(closed);
}

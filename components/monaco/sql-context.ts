import { nameOf, piecesOf, type SqlToken, tokensOf } from "#lib/osquery/sql-tokens.ts";
import { type Source, sourcesAt } from "./sql-sources.ts";

/** A name at a place, and what stands before its dot. Comments and texts hold none. */
export interface SqlWord {
  name: string;
  qualifier: string | undefined;
  start: number;
}

export function wordAt(sql: string, offset: number): SqlWord | undefined {
  const tokens = tokensOf(sql);
  const at = tokens.findIndex((token) => {
    return token.start <= offset && offset <= token.end && nameOf(token) !== undefined;
  });
  const [token, dot, owner] = [tokens[at], tokens[at - 1], tokens[at - 2]];
  const name = token && nameOf(token);
  if (!token || !name) return undefined;
  const qualifier = dot?.text === "." && owner ? nameOf(owner) : undefined;
  return { name, qualifier, start: token.start };
}

export const isCalled = ({ alias, table }: Source, name: string): boolean =>
  alias === name || table?.name === name;

/** The table of osquery that the word at a place is, stands for or belongs to. */
export function tableAt(sql: string, offset: number): string | undefined {
  const word = wordAt(sql, offset);
  if (!word) return undefined;
  const { name, qualifier } = word;
  const sources = sourcesAt(sql, offset);
  const called = (text: string) => sources.find((source) => isCalled(source, text))?.table?.name;
  if (qualifier) return called(qualifier);
  const owners = sources.filter(({ columns }) => columns.includes(name));
  return called(name) ?? (owners.length === 1 ? owners[0]?.table?.name : undefined);
}

export type SqlPlace =
  | { kind: "table" }
  /** After `alias.`: one table's columns. */
  | { kind: "column-of"; alias: string }
  | { kind: "expression" }
  /** Within a string or a comment. */
  | { kind: "text" };

const CLAUSES = new Set([
  ...["SELECT", "FROM", "JOIN", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "VALUES"],
  ...["UNION", "EXCEPT", "INTERSECT", "WITH"],
]);

/** What can be written at the end of `before`, the statement's text up to the cursor. */
export function placeAt(before: string): SqlPlace {
  const pieces = piecesOf(before);
  const last = pieces.at(-1);
  if (last && isOpenText(last)) return { kind: "text" };
  const tokens = pieces.filter(({ kind }) => kind !== "blank" && kind !== "comment");
  // What is being typed is not there yet.
  const isTyped = last !== undefined && (last.kind === "word" || isOpenName(last));
  const typed = isTyped ? tokens.slice(0, -1) : tokens;
  const [before2, before1] = [typed.at(-2), typed.at(-1)];
  if (before1?.text === "." && before1.end === (isTyped ? last.start : before.length)) {
    const alias = before2 && nameOf(before2);
    if (alias) return { kind: "column-of", alias };
  }
  return listsTables(typed) ? { kind: "table" } : { kind: "expression" };
}

/** A name whose quote is still to be closed. */
const isOpenName = ({ kind, text }: SqlToken) => kind === "bad" && /^["`[]/.test(text);

/** Whether the cursor stands within such a name. */
export function isInQuotes(before: string): boolean {
  const last = piecesOf(before).at(-1);
  return last !== undefined && isOpenName(last);
}

function isOpenText({ kind, text }: SqlToken): boolean {
  if (kind === "comment") return !(text.startsWith("/*") && /^\/\*[\s\S]*\*\/$/.test(text));
  return kind === "bad" && text.startsWith("'");
}

/** Whether a table comes next: after FROM and JOIN, and after a comma between tables. */
function listsTables(tokens: readonly SqlToken[]): boolean {
  const last = tokens.at(-1);
  if (last?.key === "JOIN") return true;
  if (last?.key === "FROM") return tokens.at(-2)?.key !== "DISTINCT";
  if (last?.text !== ",") return false;
  const inside = tokens.findLastIndex(({ depth }) => depth < last.depth);
  const clause = tokens
    .slice(inside + 1)
    .findLast(({ key, depth }) => depth === last.depth && CLAUSES.has(key));
  return clause?.key === "FROM" || clause?.key === "JOIN";
}

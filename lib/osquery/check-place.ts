import type { Sqlite } from "./check-sqlite.ts";
import { nameOf, type SqlToken } from "./sql-tokens.ts";

/** More occurrences of one name than this are not told apart: the first is marked. */
const OCCURRENCES_MAX = 40;
const MARK = "marked_by_check";

const SYNTAX = /^near ".*": syntax error$|^unrecognized token: ".*"$/s;
const UNKNOWN_NAME =
  /^(?:no such (?:table|column|collation sequence)|ambiguous column name): (.+)$/s;
const FUNCTION =
  /^no such function: (\w+)$|\b(?:function |aggregate: )(\w+)\(|^(\w+)\(\) may not be used/;
const QUOTED = /"([^"]+)"|column (\w+) /;
const COMPOUND = /^SELECTs to the left and right of ([A-Z]+)/;

/**
 * Where SQLite found what it complains about. SQLite tells the token and not the place, so the
 * statement is prepared again with changes until it is clear which one was meant.
 */
export function placeOfError(
  message: string,
  sql: string,
  tokens: readonly SqlToken[],
  sqlite: Sqlite,
): number {
  const first = tokens[0]?.start ?? 0;
  if (message === "incomplete input") return tokens.at(-1)?.end ?? 0;
  if (SYNTAX.test(message)) return placeOfSyntax(message, sql, tokens, sqlite);
  const unknown = UNKNOWN_NAME.exec(message)?.[1];
  if (unknown) return placeOfName(unknown, sql, tokens, sqlite) ?? first;
  const called = FUNCTION.exec(message)?.slice(1).find(Boolean);
  if (called) return placeOfFunction(called, sql, tokens, sqlite) ?? first;
  const word = COMPOUND.exec(message)?.[1] ?? QUOTED.exec(message)?.slice(1).find(Boolean);
  const named = tokens.find((token) => nameOf(token) === word?.toLowerCase());
  return named?.start ?? first;
}

/** A text that ends right behind the token at fault fails in the same words; a shorter one does not. */
function placeOfSyntax(
  message: string,
  sql: string,
  tokens: readonly SqlToken[],
  sqlite: Sqlite,
): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const fails = sqlite.errorOf(sql.slice(0, tokens[middle]?.end)) === message;
    if (fails) high = middle;
    else low = middle + 1;
  }
  return tokens[low]?.start ?? 0;
}

const named = (tokens: readonly SqlToken[], name: string) =>
  tokens.flatMap((token, at) => (nameOf(token) === name.toLowerCase() ? [at] : []));

/** The occurrence that SQLite names instead, once it is called something else. */
function placeOfName(
  qualified: string,
  sql: string,
  tokens: readonly SqlToken[],
  sqlite: Sqlite,
): number | undefined {
  const name = qualified.slice(qualified.lastIndexOf(".") + 1);
  const places = named(tokens, name);
  const meant = places.slice(0, OCCURRENCES_MAX).find((at) => {
    const error = sqlite.errorOf(replaced(sql, tokens[at], MARK));
    return error?.includes(MARK);
  });
  const at = meant ?? places[0];
  if (at === undefined) return undefined;
  // The name as a whole, with what stands before the dots.
  const qualifiers = tokens[at - 1]?.text === "." && qualified.includes(".") ? 2 : 0;
  return tokens[at - qualifiers]?.start;
}

/** The call without which SQLite says nothing of that function any more. */
function placeOfFunction(
  name: string,
  sql: string,
  tokens: readonly SqlToken[],
  sqlite: Sqlite,
): number | undefined {
  const calls = named(tokens, name).filter((at) => tokens[at + 1]?.text === "(");
  const meant = calls
    .slice(0, OCCURRENCES_MAX)
    .find((at) => !sqlite.errorOf(replaced(sql, tokens[at], "printf"))?.includes(name));
  return tokens[meant ?? calls[0] ?? -1]?.start;
}

function replaced(sql: string, token: SqlToken | undefined, by: string): string {
  if (!token) return sql;
  return `${sql.slice(0, token.start)}${by}${sql.slice(token.end)}`;
}

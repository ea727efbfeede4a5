import { commonTables } from "./common-tables.ts";
import { withoutWith } from "./sql-select.ts";
import { nameOf, type SqlToken, tokensOf } from "./sql-tokens.ts";

/** The same as a policy may have. */
export const QUERY_CHARACTERS_MAX = 65_536;
/**
 * SQLite writes out a WITH's table wherever it is named, so that a few lines can come to billions
 * of tables and hold a server up. Honest policies come to a dozen.
 */
const WRITTEN_OUT_MAX = 1_000;

const REFUSED = new Set([
  ...["INSERT", "REPLACE", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER", "PRAGMA", "ATTACH"],
  ...["DETACH", "VACUUM", "REINDEX", "ANALYZE", "BEGIN", "COMMIT", "END", "ROLLBACK"],
  ...["SAVEPOINT", "RELEASE", "EXPLAIN"],
]);

const PRAGMA_TABLE = /^pragma_\w+$/;
const TABLE_FOLLOWS = new Set(["FROM", "JOIN", ",", "("]);
const TABLES_END = new Set([
  "SELECT",
  "VALUES",
  "WHERE",
  "GROUP",
  "HAVING",
  "WINDOW",
  "ORDER",
  "LIMIT",
]);

export interface Refusal {
  message: string;
  offset: number;
}

/** Why a text is no query, before SQLite sees it. */
export function refusalOf(sql: string, tokens: readonly SqlToken[]): Refusal | undefined {
  if (sql.length > QUERY_CHARACTERS_MAX) {
    return { message: `The query is longer than ${QUERY_CHARACTERS_MAX} characters.`, offset: 0 };
  }
  const first = tokens.find(({ text }) => text !== ";");
  if (!first) return { message: "The query is empty.", offset: 0 };
  const writing = writerOf(tokens);
  if (writing) return refused(writing.key, writing);
  const pragma = pragmaIn(tokens);
  if (pragma) return refused("PRAGMA", pragma);
  const second = secondStatement(tokens);
  if (second) {
    const message = "Only one statement is allowed: remove the semicolon, or what follows it.";
    return { message, offset: second.start };
  }
  if (writtenOut(tokens) > WRITTEN_OUT_MAX) {
    const message = "The query is too large once the tables of its WITH are written out.";
    return { message, offset: first.start };
  }
  return undefined;
}

const refused = (word: string, { start }: SqlToken): Refusal => ({
  message: `${word} is refused: a query only reads, with SELECT, WITH or VALUES.`,
  offset: start,
});

/** The words of refusalOf. What a host lacks is no reason: it may have tables from an extension. */
export const refusalText = (sql: string): string | undefined =>
  refusalOf(sql, tokensOf(sql))?.message;

function writerOf(tokens: readonly SqlToken[]): SqlToken | undefined {
  const [first] = tokens;
  if (first && REFUSED.has(first.key)) return first;
  // WITH may go before INSERT, UPDATE and DELETE too; before the first SELECT outside parentheses.
  if (first?.key !== "WITH") return undefined;
  const main = withoutWith(tokens)[0];
  return tokens.find(
    ({ key, depth, start }) =>
      depth === 0 && REFUSED.has(key) && key !== "END" && start < (main?.start ?? Infinity),
  );
}

/** SQLite has a table for most pragmas, and takes the name as a text too. */
function pragmaIn(tokens: readonly SqlToken[]): SqlToken | undefined {
  const own = new Set(Array.from(commonTables(tokens).values(), ({ name }) => name));
  // By depth, whether what stands there lists tables.
  const lists: boolean[] = [];
  return tokens.find((token, at) => {
    const { kind, key, text, depth } = token;
    const before = tokens[at - (tokens[at - 1]?.text === "." ? 3 : 1)]?.key ?? "";
    const listed = lists[depth] === true && TABLE_FOLLOWS.has(before);
    if (key === "FROM" || key === "JOIN") lists[depth] = true;
    if (TABLES_END.has(key)) lists[depth] = false;
    if (text === "(") lists[depth + 1] = listed;
    const name = kind === "string" ? text.slice(1, -1).toLowerCase() : nameOf(token);
    if (!name || !PRAGMA_TABLE.test(name) || own.has(name)) return false;
    return listed || before === "IN";
  });
}

function secondStatement(tokens: readonly SqlToken[]): SqlToken | undefined {
  const end = tokens.findIndex(({ text }) => text === ";");
  return end < 0 ? undefined : tokens.slice(end).find(({ text }) => text !== ";");
}

/** How many times tables of WITHs are read when each is written out where it is named. */
function writtenOut(tokens: readonly SqlToken[]): number {
  const ranges = commonTables(tokens);
  const tables = new Map(Array.from(ranges.values(), (one) => [one.name, one]));
  const known = new Map<string, number>();
  const count = (from: number, to: number): number => {
    let sum = 0;
    for (let at = from; at < to; at++) {
      const token = tokens[at];
      const nested = at > from ? ranges.get(at) : undefined;
      if (nested) at = nested.to;
      else if (token) sum += costOf(nameOf(token));
    }
    return sum;
  };
  const costOf = (name: string | undefined): number => {
    const table = name === undefined ? undefined : tables.get(name);
    if (!table) return 0;
    const before = known.get(table.name);
    if (before !== undefined) return before;
    // While it is counted it counts as one, for a recursive table names itself.
    known.set(table.name, 1);
    const cost = 1 + count(table.from, table.to);
    known.set(table.name, cost);
    return cost;
  };
  return tables.size === 0 ? 0 : count(0, tokens.length);
}

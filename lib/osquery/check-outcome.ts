import type { Sqlite } from "./check-sqlite.ts";
import { commonTables } from "./common-tables.ts";
import { bare, outlineOf, type Select, termsOf, withoutWith } from "./sql-select.ts";
import { nameOf, type SqlToken, splitTokens } from "./sql-tokens.ts";

/** A statement that answers the same on every host, and what is why. */
export interface Outcome {
  always: "pass" | "fail";
  reason: string;
}

/**
 * Tables that have a row on every host. Not what firmware tells, for some machines have none that tells,
 * nor what a file says, such as etc_hosts: on Windows that one has comments alone.
 */
const NEVER_EMPTY = new Set([
  ...["groups", "interface_addresses", "interface_details", "kernel_info", "os_version"],
  ...["osquery_flags", "osquery_info", "osquery_registry", "process_open_sockets", "processes"],
  ...["routes", "system_info", "time", "uptime", "user_groups", "users"],
]);

/** Names after FROM that have rows on every host: tables of osquery, and of a WITH. */
type Filled = ReadonlySet<string>;

const QUERY_BEGINS = new Set(["SELECT", "WITH", "VALUES"]);

const AGGREGATES = new Set([
  ...["AVG", "COUNT", "GROUP_CONCAT", "JSON_GROUP_ARRAY", "JSON_GROUP_OBJECT", "MAX", "MIN"],
  ...["STRING_AGG", "SUM", "TOTAL"],
]);

/** SQLite says what these come to. Longer ones and functions could take their time. */
const LITERAL_TOKENS_MAX = 16;
const LITERAL_WORDS = new Set(["AND", "OR", "NOT", "NULL", "TRUE", "FALSE", "IS", "IN", "BETWEEN"]);
const LITERAL_OPERATORS = new Set([..."()+-*/%=<>,", "==", "!=", "<>", "<=", ">="]);

/** What the statement comes to on every host, if that can be told from its text. */
export function outcomeOf(
  tokens: readonly SqlToken[],
  tables: ReadonlySet<string>,
  sqlite: Sqlite,
): Outcome | undefined {
  const filled = new Set([...tables].filter((name) => NEVER_EMPTY.has(name)));
  return outcomeWithin(tokens, filled, sqlite);
}

function outcomeWithin(
  tokens: readonly SqlToken[],
  around: Filled,
  sqlite: Sqlite,
): Outcome | undefined {
  const filled = withTables(tokens, around, sqlite);
  const { selects, operators, limit } = outlineOf(tokens);
  if (limit) {
    const [count, ...more] = limit;
    // An OFFSET may skip all rows, and what is computed may come to 0.
    if (count?.kind !== "number" || more.length > 0) return undefined;
    if (Number(count.text) === 0) {
      return { always: "fail", reason: "LIMIT 0 lets no row through" };
    }
  }
  const outcomes = selects.map((select) => outcomeOfSelect(select, filled, sqlite));
  if (operators.some((operator) => operator !== "UNION")) {
    return outcomes[0]?.always === "fail" ? outcomes[0] : undefined;
  }
  const passes = outcomes.find((outcome) => outcome?.always === "pass");
  return passes ?? (outcomes.every((outcome) => outcome) ? outcomes[0] : undefined);
}

/** What its WITH calls so is meant, whatever is called the same around it. */
function withTables(tokens: readonly SqlToken[], around: Filled, sqlite: Sqlite): Filled {
  const head = tokens.slice(0, tokens.length - withoutWith(tokens).length);
  const own = Array.from(commonTables(head).values()).filter(
    ({ from }) => head[from - 1]?.depth === head[0]?.depth,
  );
  const filled = new Set(around);
  // One that is named before it is known, as by itself, may be empty.
  for (const { name } of own) filled.delete(name);
  for (const { name, from, to } of own) {
    if (outcomeWithin(head.slice(from, to), filled, sqlite)?.always === "pass") filled.add(name);
  }
  return filled;
}

function outcomeOfSelect(select: Select, filled: Filled, sqlite: Sqlite): Outcome | undefined {
  if (select.values) return { always: "pass", reason: "VALUES gives rows on every host" };
  const aggregate = aggregateIn(select.columns);
  const grouped = select.groupBy !== undefined || select.having !== undefined;
  if (aggregate && !grouped) {
    const reason = `${aggregate}() without GROUP BY or HAVING gives a row even when it finds nothing`;
    return { always: "pass", reason };
  }
  const met = select.where === undefined ? true : constantOf(select.where, sqlite);
  if (met === false) return { always: "fail", reason: "its WHERE is never true" };
  return met && !select.having ? outcomeOfTables(select, filled, sqlite) : undefined;
}

/** Without a condition it is the tables that decide. */
function outcomeOfTables(
  { from, where }: Select,
  filled: Filled,
  sqlite: Sqlite,
): Outcome | undefined {
  if (!from) return { always: "pass", reason: "it reads no table, so there is always a row" };
  const table = neverEmpty(from, filled, sqlite);
  if (!table) return undefined;
  const lacks = where ? "its WHERE is always true" : "there is no WHERE";
  return { always: "pass", reason: `${table} has rows on every host, and ${lacks}` };
}

/** The name of the first table, when neither it nor what is joined to it can leave no row. */
function neverEmpty(from: readonly SqlToken[], filled: Filled, sqlite: Sqlite): string | undefined {
  const parts = splitTokens(from, ({ key }) => key === "," || key === "JOIN");
  const joins = parts.map((part, at) => {
    const kind = parts[at - 1]?.slice(-2).map(({ key }) => key) ?? [];
    const optional = kind.includes("LEFT");
    const words = at === 0 ? part : part.slice(1);
    const isSubquery = words[0]?.text === "(" && QUERY_BEGINS.has(words[1]?.key ?? "");
    const name = isSubquery ? "its subquery" : ((words[0] && nameOf(words[0])) ?? "");
    const bound = words.some(({ key }) => key === "ON" || key === "USING");
    const natural = kind.includes("NATURAL");
    const rows = isSubquery
      ? outcomeWithin(insideOf(words), filled, sqlite)?.always === "pass"
      : filled.has(name);
    const full = rows && !bound && !natural;
    return { name, safe: full || (optional && at > 0) };
  });
  return joins.every(({ safe }) => safe) ? joins[0]?.name : undefined;
}

/** What stands in the parentheses that tokens begin with. */
function insideOf(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const close = tokens.findIndex(({ text, depth }, at) => {
    return at > 0 && text === ")" && depth === tokens[0]?.depth;
  });
  return tokens.slice(1, close < 0 ? undefined : close);
}

function aggregateIn(columns: readonly SqlToken[]): string | undefined {
  const call = columns.find((token, at) => {
    if (!AGGREGATES.has(token.key) || columns[at + 1]?.text !== "(") return false;
    const close = columns.findIndex(
      (one, place) => place > at && one.text === ")" && one.depth === token.depth,
    );
    const inside = columns.slice(at + 2, close);
    const several = inside.some((one) => one.text === "," && one.depth === token.depth + 1);
    // With several arguments these two compare within a row; with OVER an aggregate is a window.
    if (several && (token.key === "MAX" || token.key === "MIN")) return false;
    return columns[close + 1]?.key !== "OVER" && !within(columns, at);
  });
  return call?.text;
}

/** Whether a token stands in a SELECT of its own, within the columns. */
function within(columns: readonly SqlToken[], at: number): boolean {
  let depth = columns[at]?.depth ?? 0;
  for (let place = at; place >= 0; place--) {
    const token = columns[place];
    if (!token || token.depth > depth) continue;
    if (token.depth < depth) depth = token.depth;
    if (token.key === "SELECT") return true;
  }
  return false;
}

/** What a condition always comes to; undefined where that depends on the host. */
function constantOf(condition: readonly SqlToken[], sqlite: Sqlite): boolean | undefined {
  const literal = literalOf(condition, sqlite);
  if (literal !== undefined) return literal;
  const either = termsOf(condition, "OR");
  if (either.length > 1) return combine(either, true, sqlite);
  const both = termsOf(condition, "AND");
  if (both.length > 1) return contradicts(both) ? false : combine(both, false, sqlite);
  return undefined;
}

/** `wins` decides alone; the other value needs all of them. */
function combine(terms: SqlToken[][], wins: boolean, sqlite: Sqlite): boolean | undefined {
  const values = terms.map((term) => constantOf(term, sqlite));
  if (values.includes(wins)) return wins;
  return values.every((value) => value === !wins) ? !wins : undefined;
}

function literalOf(tokens: readonly SqlToken[], sqlite: Sqlite): boolean | undefined {
  const literal = tokens.every(
    ({ kind, key }) =>
      kind === "number" ||
      kind === "string" ||
      LITERAL_WORDS.has(key) ||
      (kind === "operator" && LITERAL_OPERATORS.has(key)),
  );
  if (!literal || tokens.length === 0 || tokens.length > LITERAL_TOKENS_MAX) return undefined;
  return sqlite.isTrue(tokens.map(({ text }) => text).join(" "));
}

/** `a = 'x' AND a = 'y'`. Texts that differ by their case alone may be equal in the column's order. */
function contradicts(terms: SqlToken[][]): boolean {
  const values = new Map<string, string>();
  for (const term of terms) {
    const [value, operator, ...left] = [...bare(term)].reverse();
    const equals = operator?.key === "=" || operator?.key === "==" || operator?.key === "IS";
    const literal = value?.kind === "string" || value?.kind === "number";
    const name = left.map(({ key }) => key).join(" ");
    const column = /^\w+( \. \w+)?$/.test(name) && left.every(({ kind }) => kind !== "number");
    if (!value || !equals || !literal || !column) continue;
    const before = values.get(name);
    const text = value.text.replace(/^'|'$/g, "").toLowerCase();
    if (before !== undefined && before !== text && Number(before) !== Number(text)) return true;
    values.set(name, text);
  }
  return false;
}

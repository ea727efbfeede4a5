import { outcomeOf } from "./check-outcome.ts";
import { decidingColumns, isPerUser, type Sqlite } from "./check-sqlite.ts";
import { nameOf, type SqlToken } from "./sql-tokens.ts";
import type { OsqueryPlatform, OsqueryTable } from "./tables.ts";

/** A statement that SQLite has accepted, and what was found out about it. */
export interface Prepared {
  sql: string;
  tokens: readonly SqlToken[];
  /** By the names the statement calls them. */
  tables: ReadonlyMap<string, OsqueryTable>;
  platforms: readonly OsqueryPlatform[];
  sqlite: Sqlite;
}

export interface Warning {
  message: string;
  /** Absent: it concerns the whole. */
  offset?: number;
  /** Absent: it is so wherever the query runs. */
  platforms?: OsqueryPlatform[];
}

/** Each costs a prepare. */
const QUOTED_MAX = 20;

/** An ESCAPE belongs to the LIKE before it. */
const PATTERNS = new Set(["LIKE", "GLOB", "ESCAPE"]);

const PLATFORM_NAMES: Record<OsqueryPlatform, string> = {
  darwin: "macOS",
  windows: "Windows",
  linux: "Linux",
};

export const namesOf = (platforms: readonly OsqueryPlatform[]): string =>
  platforms.map((platform) => PLATFORM_NAMES[platform]).join(" and ");

/** All that is allowed and yet seldom meant. */
export function warningsOf(prepared: Prepared): Warning[] {
  return [
    ...apart(prepared),
    ...unconstrained(prepared),
    ...evented(prepared),
    ...sameEverywhere(prepared),
    ...partialColumns(prepared),
    ...doubleQuoted(prepared),
    ...variables(prepared),
  ];
}

const placeOf = ({ tokens }: Prepared, name: string) =>
  tokens.find((token) => nameOf(token) === name)?.start;

function apart({ tables, platforms }: Prepared): Warning[] {
  if (platforms.length > 0) return [];
  const where = [...new Set(tables.values())].map(
    (one) => `${one.name} (${namesOf(one.platforms)})`,
  );
  return [{ message: `No platform has all of these tables: ${where.join(", ")}.` }];
}

/**
 * The plan of the statement says whether it looks a table up or reads all of it. osquery takes a LIKE
 * for a constraint as well, which SQLite's planner does not, so that it becomes an equality here.
 */
function unconstrained(prepared: Prepared): Warning[] {
  const { sql, tokens, tables, sqlite } = prepared;
  const deciding = [...tables].filter(([, table]) => decidingColumns(table).length > 0);
  if (deciding.length === 0) return [];
  const equal = tokens.reduceRight((text, token, at) => {
    const like = token.key === "LIKE" || token.key === "GLOB";
    const negated = tokens[at - 1]?.key === "NOT";
    return like && !negated && !escapes(tokens, at)
      ? `${text.slice(0, token.start)}=${text.slice(token.end)}`
      : text;
  }, sql);
  const scanned = sqlite.tablesScanned(sqlite.errorOf(equal) === undefined ? equal : sql);
  return deciding
    .filter(([name]) => scanned.has(name))
    .map(([name, table]) => ({ message: needOf(table), offset: placeOf(prepared, name) }));
}

/** `LIKE 'x' ESCAPE '!'`, which SQLite computes itself: it tells osquery of no such constraint. */
function escapes(tokens: readonly SqlToken[], like: number): boolean {
  const depth = tokens[like]?.depth ?? 0;
  for (let at = like + 1; (tokens[at]?.depth ?? -1) >= depth; at++) {
    const token = tokens[at];
    if (token?.depth === depth && PATTERNS.has(token.key)) return token.key === "ESCAPE";
  }
  return false;
}

function needOf(table: OsqueryTable): string {
  const { name } = table;
  if (isPerUser(table)) {
    return `${name} answers for the user that osquery runs as only, unless uid is given. Join it to users: FROM users JOIN ${name} USING (uid).`;
  }
  const columns = decidingColumns(table).map((column) => column.name);
  return `${name} has no rows unless ${columns.join(" or ")} is given, as in WHERE ${columns[0]} = '…'.`;
}

function evented(prepared: Prepared): Warning[] {
  return [...prepared.tables]
    .filter(([, table]) => table.evented)
    .map(([name]) => ({
      message: `${name} holds recent events only, and none unless the agent’s flags switch them on.`,
      offset: placeOf(prepared, name),
    }));
}

function sameEverywhere({ tokens, tables, sqlite }: Prepared): Warning[] {
  const outcome = outcomeOf(tokens, new Set(tables.keys()), sqlite);
  if (!outcome) return [];
  const cannot = outcome.always === "pass" ? "fail" : "pass";
  return [{ message: `As a policy this can never ${cannot}: ${outcome.reason}.` }];
}

/** Columns that exist on all of a table's platforms and are filled on some. */
function partialColumns({ tokens, tables, platforms }: Prepared): Warning[] {
  const found = new Map<string, Warning>();
  const owners = [...tables.values()];
  tokens.forEach((token, at) => {
    const name = nameOf(token);
    if (!name || found.has(name) || tokens[at + 1]?.text === "(" || tables.has(name)) return;
    const columns = owners.flatMap(({ columns }) =>
      columns.filter((column) => column.name.toLowerCase() === name),
    );
    const empty = platforms.filter(
      (platform) => !columns.some((column) => column.platforms.includes(platform)),
    );
    if (columns.length === 0 || empty.length === 0) return;
    const message = `${name} is always empty on ${namesOf(empty)}.`;
    found.set(name, { message, offset: token.start, platforms: empty });
  });
  return [...found.values()];
}

/** SQLite takes "x" for a text where no column is called so; in brackets it would not. */
function doubleQuoted({ sql, tokens, sqlite }: Prepared): Warning[] {
  return tokens
    .filter(({ kind, text }) => kind === "quoted" && text.startsWith('"') && !text.includes("]"))
    .slice(0, QUOTED_MAX)
    .filter(({ text, start, end }) => {
      const name = text.slice(1, -1);
      const bracketed = `${sql.slice(0, start)}[${name}]${sql.slice(end)}`;
      return sqlite.errorOf(bracketed) === `no such column: ${name}`;
    })
    .map(({ text, start }) => ({
      message: `${text} is read as text, for no column is called so. Write ${singleQuoted(text)}.`,
      offset: start,
    }));
}

const singleQuoted = (text: string) =>
  `'${text.slice(1, -1).replaceAll('""', '"').replaceAll("'", "''")}'`;

function variables({ tokens }: Prepared): Warning[] {
  return tokens
    .filter(({ kind }) => kind === "variable")
    .slice(0, QUOTED_MAX)
    .map(({ text, start }) => ({
      message: `${text} is a variable that nobody gives a value: it is NULL.`,
      offset: start,
    }));
}

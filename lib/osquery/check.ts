import { placeOfError } from "./check-place.ts";
import { refusalOf } from "./check-refusals.ts";
import type { Sqlite } from "./check-sqlite.ts";
import { warningsOf } from "./check-warnings.ts";
import { type OsquerySchema, osquerySchema } from "./schema.ts";
import { OSQUERY_COLLATIONS } from "./sql-functions.ts";
import { nameOf, placeOf, type SqlPlace, type SqlToken, tokensOf } from "./sql-tokens.ts";
import type { OsqueryPlatform, OsqueryTable } from "./tables.ts";

export interface SqlError extends SqlPlace {
  message: string;
}

export interface SqlWarning extends Partial<SqlPlace> {
  message: string;
  /** Where it is so, when it is not wherever the query runs. */
  platforms?: OsqueryPlatform[];
}

export interface SqlCheck {
  /** What osquery would say: one at a time, as SQLite stops at the first. */
  errors: SqlError[];
  warnings: SqlWarning[];
  /** Those it reads, by osquery's present names. Found so far, when there is an error. */
  tables: string[];
  /** Those that have all of its tables. */
  platforms: OsqueryPlatform[];
}

const ALL_PLATFORMS: readonly OsqueryPlatform[] = ["darwin", "windows", "linux"];
/** As many as SQLite joins. Each costs a prepare of the whole. */
const TABLES_MAX = 64;
const MISSING_TABLE = /^no such table: (?:main\.)?(.+)$/s;

/**
 * What osquery would make of a query. SQLite prepares it, and nothing of it is run. Tables are made
 * when SQLite misses them, which is also how they are found: it knows a table from a WITH's name, an
 * alias and a column.
 */
export function checkSql(
  sqlite: Sqlite,
  query: string,
  schema: OsquerySchema = osquerySchema,
): SqlCheck {
  const tokens = tokensOf(query);
  const refusal = refusalOf(query, tokens);
  if (refusal) return failed(query, refusal.message, refusal.offset, new Map());
  sqlite.reset();
  const sql = withKnownCollations(query, tokens);
  const { error, tables } = prepare(sqlite, sql, tokens, schema);
  if (error !== undefined) {
    return failed(query, error, placeOfError(error, sql, tokens, sqlite), tables);
  }
  const platforms = platformsOf(tables);
  const statement = tokens.filter(({ text }) => text !== ";");
  const warnings = warningsOf({ sql, tokens: statement, tables, platforms, sqlite });
  return {
    errors: [],
    warnings: warnings.map(({ offset, ...warning }) =>
      offset === undefined ? warning : { ...warning, ...placeOf(query, offset) },
    ),
    tables: namesOf(tables),
    platforms,
  };
}

type Tables = Map<string, OsqueryTable>;

function prepare(
  sqlite: Sqlite,
  sql: string,
  tokens: readonly SqlToken[],
  schema: OsquerySchema,
): { error: string | undefined; tables: Tables } {
  const words = new Set(tokens.flatMap((token) => nameOf(token) ?? []));
  const tables: Tables = new Map();
  for (;;) {
    const error = sqlite.errorOf(sql);
    const name = MISSING_TABLE.exec(error ?? "")?.[1]?.toLowerCase();
    const table = name === undefined ? undefined : schema.find(name);
    if (name === undefined || !table || tables.has(name)) return { error, tables };
    if (tables.size === TABLES_MAX) {
      return { error: `The query reads more than ${TABLES_MAX} tables.`, tables };
    }
    sqlite.createTable(name, table, words);
    tables.set(name, table);
  }
}

/** sql.js cannot be given an order of texts, so osquery's are exchanged for one it has, in place. */
function withKnownCollations(sql: string, tokens: readonly SqlToken[]): string {
  let text = sql;
  tokens.forEach((token, at) => {
    const name = nameOf(token)?.toUpperCase() ?? "";
    if (tokens[at - 1]?.key !== "COLLATE" || !OSQUERY_COLLATIONS.includes(name)) return;
    const other = "BINARY".padEnd(token.text.length);
    text = `${text.slice(0, token.start)}${other}${text.slice(token.end)}`;
  });
  return text;
}

function failed(query: string, message: string, offset: number, tables: Tables): SqlCheck {
  return {
    errors: [{ message, ...placeOf(query, offset) }],
    warnings: [],
    tables: namesOf(tables),
    platforms: platformsOf(tables),
  };
}

const namesOf = (tables: Tables) => [...new Set(Array.from(tables.values(), ({ name }) => name))];

const platformsOf = (tables: Tables) =>
  ALL_PLATFORMS.filter((platform) =>
    [...tables.values()].every((table) => table.platforms.includes(platform)),
  );

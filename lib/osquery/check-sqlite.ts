import type { Database, SqlJsStatic } from "sql.js";
import { OSQUERY_FUNCTIONS } from "./sql-functions.ts";
import type { OsqueryColumn, OsqueryTable } from "./tables.ts";

/** SQLite as far as a check needs it: statements are prepared, and none that came in is run. */
export interface Sqlite {
  /** What is wrong with a statement, in SQLite's words. */
  errorOf: (sql: string) => string | undefined;
  /** The tables that a statement's program walks through, from end to end or over a range. */
  tablesScanned: (sql: string) => Set<string>;
  /** Whether a WHERE lets rows through by an expression that consists of literals. */
  isTrue: (literals: string) => boolean;
  createTable: (name: string, table: OsqueryTable, words: ReadonlySet<string>) => void;
  /** Forgets the tables. */
  reset: () => void;
}

/** Without a uid these answer for the user that osquery runs as, who is root as a rule. */
const PER_USER_TABLES = new Set([
  ...["authorized_keys", "browser_plugins", "chrome_extensions", "firefox_addons"],
  ...["jetbrains_plugins", "known_hosts", "safari_extensions", "shell_history", "ssh_configs"],
  ...["user_ssh_keys", "vscode_extensions"],
]);

export const isPerUser = ({ name }: OsqueryTable): boolean => PER_USER_TABLES.has(name);

/** Columns on which a table's rows depend. They have indexes here, by which a plan shows their use. */
export function decidingColumns(table: OsqueryTable): readonly OsqueryColumn[] {
  if (isPerUser(table)) return table.columns.filter(({ name }) => name === "uid");
  return table.columns.filter((column) => column.required);
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

/**
 * SQLite hides columns of virtual tables only, so a hidden column is made when a statement names it:
 * else `SELECT *` and NATURAL JOIN would see it.
 */
function createStatements(name: string, table: OsqueryTable, words: ReadonlySet<string>): string {
  const columns = table.columns.filter(
    (column) => !column.hidden || words.has(column.name.toLowerCase()),
  );
  const definitions = columns.map((one) => `${quote(one.name)} ${one.type.replace("_", " ")}`);
  const indexes = decidingColumns(table)
    .filter((column) => columns.includes(column))
    .map(
      (one) =>
        `CREATE INDEX ${quote(`${name} by ${one.name}`)} ON ${quote(name)} (${quote(one.name)})`,
    );
  return [`CREATE TABLE ${quote(name)} (${definitions.join(", ")})`, ...indexes].join(";");
}

/** Names and numbers of arguments are all that preparing a statement asks of a function. */
function declareFunctions(database: Database): void {
  for (const { name, arity } of OSQUERY_FUNCTIONS) {
    for (const length of arity) {
      const call = Object.defineProperty(() => null, "length", { value: length });
      database.create_function(name, call);
    }
  }
}

/** Cursors that are rewound, read from their end or counted read all there is. */
const OPENS = new Set(["OpenRead", "ReopenIdx"]);
const SCANS = new Set(["Rewind", "Last", "Count"]);
/** An index of ours that is read from a value on or up to one; equality is `=?`. */
const RANGE = / INDEX (\S+) by \w+ \(\w+[<>]/;

function tablesScanned(database: Database, sql: string): Set<string> {
  const ownerOfPage = new Map(
    database
      .exec("SELECT rootpage, tbl_name FROM sqlite_master")
      .flatMap(({ values }) => values)
      .map(([page, name]) => [Number(page), String(name)]),
  );
  const program = database.exec(`EXPLAIN ${sql}`)[0]?.values ?? [];
  const ownerOfCursor = new Map<number, string>();
  for (const [, opcode, cursor, page] of program) {
    const owner = ownerOfPage.get(Number(page));
    if (owner && OPENS.has(String(opcode))) ownerOfCursor.set(Number(cursor), owner);
  }
  const scanned = program.filter(([, opcode]) => SCANS.has(String(opcode)));
  const plan = database.exec(`EXPLAIN QUERY PLAN ${sql}`)[0]?.values ?? [];
  return new Set([
    ...scanned.flatMap(([, , cursor]) => ownerOfCursor.get(Number(cursor)) ?? []),
    ...plan.flatMap(([, , , detail]) => RANGE.exec(String(detail))?.[1] ?? []),
  ]);
}

/** SQLite itself came to grief, and this instance of it cannot be trusted any more. */
export const isBroken = (error: unknown): boolean =>
  error instanceof RangeError || error instanceof WebAssembly.RuntimeError;

export function openSqlite(sqlite: SqlJsStatic): Sqlite {
  const database = new sqlite.Database();
  declareFunctions(database);
  // All that is made lies in one transaction, so that forgetting it is one step.
  database.run("PRAGMA journal_mode = MEMORY; BEGIN");
  return {
    errorOf: (sql) => {
      try {
        database.prepare(sql).free();
        return undefined;
      } catch (error) {
        if (isBroken(error)) throw error;
        return error instanceof Error ? error.message : String(error);
      }
    },
    tablesScanned: (sql) => tablesScanned(database, sql),
    isTrue: (literals) => database.exec(`SELECT (${literals}) IS TRUE`)[0]?.values[0]?.[0] === 1,
    createTable: (name, table, words) => database.run(createStatements(name, table, words)),
    reset: () => database.run("ROLLBACK; BEGIN"),
  };
}

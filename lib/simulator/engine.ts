import initSqlJs, { type Database, type SqlJsStatic, type Statement } from "sql.js";
import { wordsOf } from "#lib/osquery/sql-words.ts";
import { type OsqueryPlatform, osqueryTable } from "#lib/osquery/tables.ts";
import { createTableLoader, type TableLoader } from "./engine-tables.ts";
import type { SimulatedHost } from "./host.ts";
import { registerOsqueryFunctions } from "./sql-functions.ts";

export type ResultRow = Record<string, string>;

/** `killed` stands for osquery's watchdog, which ends the worker: nothing is answered then. */
export type QueryOutcome =
  | { kind: "rows"; rows: ResultRow[] }
  | { kind: "error"; message: string }
  | { kind: "killed" };

/**
 * What osquery's watchdog allows a query, made fit for many agents in one process. It is checked
 * between rows: WebAssembly cannot be interrupted, so an endless statement that never yields a row
 * (`SELECT count(*)` over an endless CTE) stops the whole simulator.
 */
export interface QueryLimits {
  wallMillisecondsMax: number;
  resultBytesMax: number;
}

/** 12 s is the watchdog's patience; 32 MiB because a hundred hosts share this process's memory. */
export const queryLimits: QueryLimits = {
  wallMillisecondsMax: 12_000,
  resultBytesMax: 32 * 1024 ** 2,
};

export interface SqlEngine {
  /** Runs one query text against one host's tables. Never throws. */
  run(host: SimulatedHost, sql: string, now: Date): QueryOutcome;
  close(): void;
}

interface PlatformDatabase {
  database: Database;
  tables: TableLoader;
}

/*
 * One SQLite database per platform serves all hosts of it: the tables a statement names are filled
 * with that host's rows right before it runs. A database per host would cost about 1 MB each before
 * the first row, and filling is some 20 microseconds per table.
 * Statements are synchronous, so two hosts never see each other's rows.
 */
export async function createSqlEngine(limits: QueryLimits = queryLimits): Promise<SqlEngine> {
  // The option is newer than @types/sql.js: SQLite's own mathematical functions, as osquery has.
  const options = { useOldExtensionFunctions: false };
  const sqlite = await initSqlJs(options as Parameters<typeof initSqlJs>[0]);
  const databases = new Map<OsqueryPlatform, PlatformDatabase>();

  const databaseOf = (platform: OsqueryPlatform) => {
    const open = databases.get(platform) ?? openDatabase(sqlite, platform);
    databases.set(platform, open);
    return open;
  };

  return {
    run: (host, sql, now) => {
      const { database, tables } = databaseOf(host.profile.platform);
      const words = wordsOf(sql);
      for (const word of words) {
        const table = osqueryTable(word);
        if (table) tables.fill(table, host.rowsOf(table.name, now), words);
      }
      return runStatements(database, sql, limits);
    },
    close: () => {
      for (const { database, tables } of databases.values()) {
        tables.close();
        database.close();
      }
      databases.clear();
    },
  };
}

function openDatabase(sqlite: SqlJsStatic, platform: OsqueryPlatform): PlatformDatabase {
  const database = new sqlite.Database();
  // sql.js keeps a database in a file of its own file system; nothing here must survive.
  database.run(
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE",
  );
  registerOsqueryFunctions(database);
  return { database, tables: createTableLoader(database, platform) };
}

/** osquery's authorizer lets statements read only, whatever they say. */
const readingStatement =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|;)*(?:select|with|values|explain)\b/i;
const nothingButComments = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|;)*$/;

function runStatements(database: Database, sql: string, limits: QueryLimits): QueryOutcome {
  const collected = createCollector(limits);
  database.run("PRAGMA query_only = 1");
  try {
    for (const statement of database.iterateStatements(sql)) {
      const failed = runStatement(statement, collected);
      if (failed) return failed;
    }
    return { kind: "rows", rows: collected.rows };
  } catch (error) {
    return errorOutcome(error);
  } finally {
    database.run("PRAGMA query_only = 0");
  }
}

/** The iterator frees statements it walks past; one that ends the walk would stay and hold locks. */
function runStatement(statement: Statement, collected: Collector): QueryOutcome | undefined {
  const failed = stepThrough(statement, collected);
  if (failed) statement.free();
  return failed;
}

function stepThrough(statement: Statement, collected: Collector): QueryOutcome | undefined {
  const text = statement.getSQL();
  if (nothingButComments.test(text)) return undefined;
  if (!readingStatement.test(text)) return { kind: "error", message: "not authorized" };
  try {
    return collected.addRows(statement) ? undefined : { kind: "killed" };
  } catch (error) {
    return errorOutcome(error);
  }
}

function errorOutcome(error: unknown): QueryOutcome {
  return { kind: "error", message: error instanceof Error ? error.message : String(error) };
}

interface Collector {
  rows: ResultRow[];
  /** False when a limit was passed and the query must be given up. */
  addRows(statement: Statement): boolean;
}

/** Columns come from the first statement; later ones add rows with those columns, as in osquery. */
function createCollector(limits: QueryLimits): Collector {
  const deadline = performance.now() + limits.wallMillisecondsMax;
  const rows: ResultRow[] = [];
  let columns: string[] | undefined;
  let bytes = 0;
  const addRows = (statement: Statement) => {
    columns ??= statement.getColumnNames();
    while (statement.step()) {
      const row = readRow(statement, columns);
      for (const value of Object.values(row)) bytes += value.length;
      rows.push(row);
      // Looking at the clock for each row would cost more than the row.
      const looksAtClock = rows.length % 256 === 0;
      if (bytes + rows.length * 64 > limits.resultBytesMax) return false;
      if (looksAtClock && performance.now() > deadline) return false;
    }
    return true;
  };
  return { rows, addRows };
}

type RawValue = bigint | number | string | Uint8Array | null;

function readRow(statement: Statement, columns: string[]): ResultRow {
  // The option is newer than @types/sql.js. Big integers come out whole, and tell 1 from 1.0.
  const get = statement.get as (params: null, config: { useBigInt: boolean }) => RawValue[];
  const values = get.call(statement, null, { useBigInt: true });
  return Object.fromEntries(columns.map((name, at) => [name, toText(values[at] ?? null)]));
}

/** osquery's distributed results are strings throughout; NULL is "" and a BLOB ends at its NUL. */
function toText(value: RawValue): string {
  if (value === null) return "";
  if (typeof value === "number") return doubleText(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8").split("\0")[0] ?? "";
  return String(value);
}

/** SQLite prints 15 significant digits and always a decimal point. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const shortest = String(Number(value.toPrecision(15)));
  return /^-?\d+$/.test(shortest) ? `${shortest}.0` : shortest;
}

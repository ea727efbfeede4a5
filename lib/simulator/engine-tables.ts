import type { Database, SqlValue, Statement } from "sql.js";
import type { OsqueryColumn, OsqueryPlatform, OsqueryTable } from "#lib/osquery/tables.ts";
import type { Row } from "./tables/table-set.ts";

export interface TableLoader {
  /** Makes the table, if the platform has it, hold exactly these rows. `words`: those of the SQL. */
  fill(table: OsqueryTable, rows: Row[], words: ReadonlySet<string>): void;
  close(): void;
}

interface LoadedTable {
  columns: readonly OsqueryColumn[];
  clear: Statement;
  insert: Statement;
}

const sqlTypes: Record<OsqueryColumn["type"], string> = {
  text: "TEXT",
  integer: "INTEGER",
  bigint: "BIGINT",
  unsigned_bigint: "UNSIGNED BIGINT",
  double: "DOUBLE",
};

/** Tables are made when a statement first names them: making all 284 takes a quarter of a second. */
export function createTableLoader(database: Database, platform: OsqueryPlatform): TableLoader {
  const loaded = new Map<string, LoadedTable>();

  const shape = (table: OsqueryTable, columns: readonly OsqueryColumn[]): LoadedTable => {
    const before = loaded.get(table.name);
    if (before && sameColumns(before.columns, columns)) return before;
    if (before) drop(database, table, before);
    const made = create(database, table, columns);
    loaded.set(table.name, made);
    return made;
  };

  return {
    fill: (table, rows, words) => {
      if (!table.platforms.includes(platform)) return;
      const columns = columnsInUse(table, platform, words);
      const { clear, insert } = shape(table, columns);
      clear.run();
      for (const row of isConstrained(table, words) ? rows : []) {
        insert.run(columns.map((column) => toCell(column, row[column.name])));
      }
    },
    close: () => {
      for (const { clear, insert } of loaded.values()) {
        clear.free();
        insert.free();
      }
      loaded.clear();
    },
  };
}

/**
 * SQLite hides columns of virtual tables only, so a hidden one exists only when it is named. Columns
 * of another platform are hidden ones too: osquery's table generator marks them so, and a query for
 * `users.type` runs on a Mac and finds nothing.
 */
function columnsInUse(
  table: OsqueryTable,
  platform: OsqueryPlatform,
  words: ReadonlySet<string>,
): readonly OsqueryColumn[] {
  return table.columns.filter((column) => {
    const hidden = column.hidden || !column.platforms.includes(platform);
    return !hidden || words.has(column.name.toLowerCase());
  });
}

function sameColumns(left: readonly OsqueryColumn[], right: readonly OsqueryColumn[]): boolean {
  return left.length === right.length && left.every((column, at) => column === right[at]);
}

/** `SELECT * FROM file` answers nothing on an agent: a table may require a constraint. */
function isConstrained(table: OsqueryTable, words: ReadonlySet<string>): boolean {
  const required = table.columns.filter((column) => column.required);
  return required.length === 0 || required.some((column) => words.has(column.name.toLowerCase()));
}

function create(
  database: Database,
  table: OsqueryTable,
  columns: readonly OsqueryColumn[],
): LoadedTable {
  const definitions = columns.map((column) => `"${column.name}" ${sqlTypes[column.type]}`);
  database.run(`CREATE TABLE "${table.name}" (${definitions.join(", ")})`);
  for (const alias of table.aliases) {
    database.run(`CREATE VIEW "${alias}" AS SELECT * FROM "${table.name}"`);
  }
  const slots = columns.map(() => "?").join(", ");
  return {
    columns,
    clear: database.prepare(`DELETE FROM "${table.name}"`),
    insert: database.prepare(`INSERT INTO "${table.name}" VALUES (${slots})`),
  };
}

function drop(database: Database, table: OsqueryTable, { clear, insert }: LoadedTable): void {
  clear.free();
  insert.free();
  for (const alias of table.aliases) database.run(`DROP VIEW "${alias}"`);
  database.run(`DROP TABLE "${table.name}"`);
}

/** What a table does not say is "" in a text column and NULL in a number, as osquery has it. */
function toCell(column: OsqueryColumn, value: SqlValue | undefined): SqlValue {
  if (column.type === "text") return value ?? "";
  return value === undefined || value === "" ? null : value;
}

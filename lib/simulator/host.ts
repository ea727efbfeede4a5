import { columnsOf, type OsqueryTable, osqueryTable } from "#lib/osquery/tables.ts";
import type { Assignment, RowFilter } from "./assignment.ts";
import type { HostProfile } from "./profile.ts";
import { filledTables } from "./tables/all.ts";
import type { Row } from "./tables/table-set.ts";

/** Tables whose rows somebody changed, whole. Everything else is made from the profile on demand. */
export type ChangedTables = Record<string, Row[]>;

export interface SetOutcome {
  table: string;
  updatedRows: number;
  insertedRows: number;
}

/** One machine's data. What asks it (the agent) and what changes it (the control) both hold this. */
export interface SimulatedHost {
  readonly profile: HostProfile;
  hasTable(name: string): boolean;
  rowsOf(table: string, now: Date): Row[];
  /** Updates matching rows, or inserts one when none matches. Throws when table or column is not there. */
  set(assignment: Assignment, now: Date): SetOutcome;
  /** Deletes matching rows (all without a filter) and says how many. */
  remove(table: string, filter: RowFilter | undefined, now: Date): number;
  /** Back to what the profile says. */
  reset(): void;
  changedTables(): ChangedTables;
}

function tableHere(profile: HostProfile, name: string): OsqueryTable {
  const table = osqueryTable(name);
  if (!table?.platforms.includes(profile.platform)) throw new Error(`no such table: ${name}`);
  return table;
}

function checkColumn(profile: HostProfile, table: OsqueryTable, name: string): void {
  const columns = columnsOf(table, profile.platform);
  if (!columns.some((column) => column.name === name)) throw new Error(`no such column: ${name}`);
}

function matches(row: Row, filter: RowFilter | undefined): boolean {
  return !filter || String(row[filter.column] ?? "") === filter.value;
}

export function createHost(
  profile: HostProfile,
  startedAt: Date,
  saved: ChangedTables = {},
): SimulatedHost {
  const changed = new Map<string, Row[]>(Object.entries(saved));

  const rowsOf = (table: string, now: Date) =>
    changed.get(table) ??
    filledTables[profile.platform][table]?.(profile, { startedAt, now }) ??
    [];

  const set = ({ table: tableName, column, value, filter }: Assignment, now: Date) => {
    const table = tableHere(profile, tableName);
    checkColumn(profile, table, column);
    if (filter) checkColumn(profile, table, filter.column);
    const rows = rowsOf(table.name, now);
    const updatedRows = rows.filter((row) => matches(row, filter)).length;
    const updated = rows.map((row) => (matches(row, filter) ? { ...row, [column]: value } : row));
    const inserted = { ...(filter && { [filter.column]: filter.value }), [column]: value };
    changed.set(table.name, updatedRows > 0 ? updated : [...rows, inserted]);
    return { table: table.name, updatedRows, insertedRows: updatedRows > 0 ? 0 : 1 };
  };

  const remove = (tableName: string, filter: RowFilter | undefined, now: Date) => {
    const table = tableHere(profile, tableName);
    if (filter) checkColumn(profile, table, filter.column);
    const rows = rowsOf(table.name, now);
    const kept = rows.filter((row) => !matches(row, filter));
    changed.set(table.name, kept);
    return rows.length - kept.length;
  };

  return {
    profile,
    hasTable: (name) => osqueryTable(name)?.platforms.includes(profile.platform) ?? false,
    rowsOf,
    set,
    remove,
    reset: () => changed.clear(),
    changedTables: () => Object.fromEntries(changed),
  };
}

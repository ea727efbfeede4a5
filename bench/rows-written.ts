import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";

/** MariaDB counts what was written; MySQL, always, what was tried: an upsert of a row that is there is two. */
const COUNTS = {
  maria: "SELECT table_name AS name, rows_changed AS n FROM information_schema.table_statistics",
  mysql: `SELECT object_name AS name, count_write AS n
    FROM performance_schema.table_io_waits_summary_by_table`,
};

/** Rows inserted, updated and deleted so far, by table. */
export type RowsWritten = Map<string, number>;

/** Begins to count, where that is to be asked for, and answers what reads the counts. */
export async function countRowsWritten({ $client }: Database): Promise<() => Promise<RowsWritten>> {
  const [[server]] = await $client.query<RowDataPacket[]>("SELECT version() AS version");
  const isMaria = String(server?.version).includes("MariaDB");
  if (isMaria) await $client.query("SET GLOBAL userstat = 1");
  return async () => {
    const [rows] = await $client.query<RowDataPacket[]>(isMaria ? COUNTS.maria : COUNTS.mysql);
    return new Map(rows.map(({ name, n }) => [String(name), Number(n)]));
  };
}

/** What was written between two readings, by table; tables without are missing. */
export function writtenBetween(before: RowsWritten, after: RowsWritten): Record<string, number> {
  const grown = [...after].map(([name, n]) => [name, n - (before.get(name) ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, rows]) => rows > 0));
}

import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";

export interface Statement {
  sql: string;
  values: unknown[];
  milliseconds: number;
}

type Query = (
  statement: string | { sql: string; values?: unknown[] },
  values?: unknown[],
) => Promise<unknown>;

/** Keeps the reads that pass through the pool while `work` runs. */
export async function recordStatements(
  db: Database,
  work: () => Promise<unknown>,
): Promise<Statement[]> {
  const statements: Statement[] = [];
  const pool = db.$client as unknown as { query: Query };
  const plain = pool.query;
  pool.query = async (statement, values) => {
    const startedAt = performance.now();
    const result = await plain.call(pool, statement, values);
    const milliseconds = performance.now() - startedAt;
    const text = typeof statement === "string" ? { sql: statement } : statement;
    if (/^select/i.test(text.sql)) {
      statements.push({ sql: text.sql, values: values ?? text.values ?? [], milliseconds });
    }
    return result;
  };
  try {
    await work();
  } finally {
    pool.query = plain;
  }
  return statements;
}

/** The plan as the database tells it, with the rows it really read. */
export async function explain(db: Database, { sql, values }: Statement): Promise<string> {
  const [[server]] = await db.$client.query<RowDataPacket[]>("SELECT version() AS version");
  const isMaria = String(server?.version).includes("MariaDB");
  const command = isMaria ? "ANALYZE" : "EXPLAIN ANALYZE";
  const [rows] = await db.$client.query<RowDataPacket[]>(`${command} ${sql}`, values);
  if (!isMaria) return clipped(String(Object.values(rows[0] ?? {})[0]).trimEnd());
  return rows
    .map(({ table, type, key, r_rows, r_filtered, Extra }) =>
      [
        `${table}: ${type} by ${key ?? "no index"}`,
        `${Math.round(Number(r_rows))} rows read, ${Math.round(Number(r_filtered))} % kept`,
        ...(Extra ? [Extra] : []),
      ].join(", "),
    )
    .join("\n");
}

const LINE_CHARACTERS = 200;
const clipped = (plan: string) =>
  plan
    .split("\n")
    .map((line) => line.slice(0, LINE_CHARACTERS))
    .join("\n");

/** Without the bits of sets and long lists of ids, which say nothing. */
export function shorten({ sql, values }: Statement): string {
  let at = 0;
  const told = sql.replaceAll("?", () => {
    const value = values[at++];
    return Buffer.isBuffer(value) ? `<${value.length} bytes>` : JSON.stringify(value);
  });
  return told
    .replaceAll("`", "")
    .replace(/select (id, team_id, hostname|hosts\.id, hosts\.team_id).*? from/s, "select ... from")
    .replace(/in \((?:\d+, ){8}[\d, ]*\)/g, "in (<ids>)")
    .slice(0, 1_000);
}

import type { SqlJsStatic } from "sql.js";
import { checkSql, type SqlCheck } from "./check.ts";
import { isBroken, openSqlite, type Sqlite } from "./check-sqlite.ts";
import { type OsquerySchema, osquerySchema } from "./schema.ts";

export interface SqlChecker {
  check: (query: string, schema?: OsquerySchema) => Promise<SqlCheck>;
}

const TOO_DEEP: SqlCheck = {
  errors: [{ message: "The query is nested too deeply to be checked.", line: 1, column: 1 }],
  warnings: [],
  tables: [],
  platforms: [],
};

/** Keeps one SQLite, which is loaded with the first query, and takes another after it broke. */
export function createSqlChecker(load: () => Promise<SqlJsStatic>): SqlChecker {
  let opening: Promise<Sqlite> | undefined;
  const open = () => {
    opening ??= load().then(openSqlite);
    return opening;
  };
  return {
    check: async (query, schema = osquerySchema) => {
      const sqlite = await open().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      try {
        return checkSql(sqlite, query, schema);
      } catch (error) {
        opening = undefined;
        if (isBroken(error)) return TOO_DEEP;
        throw error;
      }
    },
  };
}

import initSqlJs from "sql.js";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { createSqlChecker } from "#lib/osquery/checker.ts";

/** The option is newer than @types/sql.js: SQLite's own mathematical functions, as osquery has. */
const OPTIONS = { useOldExtensionFunctions: false } as Parameters<typeof initSqlJs>[0];

/** One for every copy of this module; it holds nothing of one query when it turns to the next. */
const checker = createSqlChecker(() => initSqlJs(OPTIONS));

/** What osquery would make of a query. Nothing is run. For everyone who may see policies. */
export function checkQuery(viewer: Viewer, query: string): Promise<SqlCheck> {
  teamScope(viewer, "policy:read");
  return checker.check(query);
}

import initSqlJs from "sql.js";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { createSqlChecker } from "#lib/osquery/checker.ts";
import { mergeLearned } from "#lib/osquery/learned.ts";
import { createSchema } from "#lib/osquery/schema.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { selectLearnedTables } from "./sql.ts";

/** The option is newer than @types/sql.js: SQLite's own mathematical functions, as osquery has. */
const OPTIONS = { useOldExtensionFunctions: false } as Parameters<typeof initSqlJs>[0];

/** One for every copy of this module; it holds nothing of one query when it turns to the next. */
const checker = createSqlChecker(() => initSqlJs(OPTIONS));

/** Tables that hosts' extensions add to osquery's, as far as hosts have told of them. */
export async function listLearnedTables(viewer: Viewer): Promise<OsqueryTable[]> {
  teamScope(viewer, "policy:read");
  return mergeLearned(await selectLearnedTables(database()));
}

/** What osquery would make of a query. Nothing is run. For everyone who may see policies. */
export async function checkQuery(viewer: Viewer, query: string): Promise<SqlCheck> {
  return (await queryChecker(viewer))(query);
}

/** The check of checkQuery, for many queries: hosts' tables are read once. */
export async function queryChecker(viewer: Viewer): Promise<(query: string) => Promise<SqlCheck>> {
  const learned = await listLearnedTables(viewer);
  const schema = learned.length > 0 ? createSchema(learned) : undefined;
  return (query) => checker.check(query, schema);
}

/** A host may have it all the same: from an extension, or a newer osquery. */
const MAY_BE_THERE = /^no such /;

/** Why no host could run a query, and where in it; nothing of what only this server does not know. */
export async function certainErrorOf(query: string): Promise<string | undefined> {
  const { errors } = await checker.check(query);
  const error = errors.find(({ message }) => !MAY_BE_THERE.test(message));
  return error && `${error.message} (line ${error.line}, column ${error.column})`;
}

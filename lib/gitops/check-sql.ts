import { setImmediate } from "node:timers/promises";
import type { Viewer } from "#lib/auth/viewer.ts";
import { queryChecker } from "#lib/tables/tables.ts";
import type { PlannedChange } from "./planned.ts";
import type { Problems } from "./problems.ts";
import type { GitopsInput } from "./schema.ts";

/** A table that no host has told of may still be one of an extension. */
const UNKNOWN_TABLE = /^no such table/;

const at = ({ line, column }: { line?: number; column?: number }) =>
  line === undefined ? "" : ` (line ${line}, column ${column} of the query)`;

/** SQL that is new: errors are problems, doubts are warnings. What is in place already was told before. */
export async function checkSqlOf(
  viewer: Viewer,
  { allow_sql_errors }: GitopsInput,
  changes: readonly PlannedChange[],
  problems: Problems,
): Promise<void> {
  const check = await queryChecker(viewer);
  for (const { kind, place, after } of changes) {
    if (place === null || typeof after.query !== "string" || after.query === "") continue;
    const { errors, warnings } = await check(after.query);
    for (const error of errors) {
      const text = `${error.message}${at(error)}`;
      const isDoubt = allow_sql_errors || UNKNOWN_TABLE.test(error.message);
      if (isDoubt) problems.warn(`${place}.query`, text);
      else problems.add(`${place}.query`, text);
    }
    // They are about policies: a label of every host may well be meant.
    for (const warning of kind === "policy" ? warnings : []) {
      problems.warn(`${place}.query`, `${warning.message}${at(warning)}`);
    }
    // Thousands of checks are seconds of work, in which other requests want their turn.
    await setImmediate();
  }
}

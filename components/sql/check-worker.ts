import initSqlJs from "sql.js";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { createSqlChecker } from "#lib/osquery/checker.ts";
import { createSchema } from "#lib/osquery/schema.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";

/** What the page asks; the answer carries the same id. */
export interface CheckRequest {
  id: number;
  query: string;
  /** Sent again only when they have changed. */
  learned?: readonly OsqueryTable[];
}

export type CheckAnswer = { id: number } & ({ check: SqlCheck } | { failure: string });

// From our own files: the content policy loads nothing of another host.
const wasm = new URL("sql.js/dist/sql-wasm-browser.wasm", import.meta.url).href;
// The first option is newer than @types/sql.js.
const options = { useOldExtensionFunctions: false, locateFile: () => wasm };
const checker = createSqlChecker(() => initSqlJs(options as Parameters<typeof initSqlJs>[0]));
let schema = createSchema();

self.onmessage = async ({ data }: MessageEvent<CheckRequest>) => {
  const { id, query, learned } = data;
  if (learned) schema = createSchema(learned);
  const answer: CheckAnswer = await checker.check(query, schema).then(
    (check) => ({ id, check }),
    (error: unknown) => ({ id, failure: String(error) }),
  );
  self.postMessage(answer);
};

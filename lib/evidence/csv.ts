import { csvLines } from "#lib/http/csv.ts";
import type { Evidence } from "./policies.ts";
import { COLUMNS } from "./rows.ts";
import { type Part, SECTIONS } from "./sections.ts";

/** One part, with its columns first. */
export async function* csvOf(evidence: Evidence, part: Part): AsyncGenerator<string> {
  const columns = COLUMNS[part];
  yield csvLines([[...columns]]);
  for await (const rows of SECTIONS[part](evidence)) {
    if (rows.length > 0) yield csvLines(rows.map((row) => columns.map((column) => row[column])));
  }
}

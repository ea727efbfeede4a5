import { z } from "zod";
import { QUERY_CHARACTERS_MAX } from "#lib/osquery/check-refusals.ts";

export const checkBody = z.object({
  query: z
    .string("query must be text")
    .max(QUERY_CHARACTERS_MAX, `query may have ${QUERY_CHARACTERS_MAX} characters at most`),
});

const platforms = z.array(z.enum(["darwin", "windows", "linux"]));

/** Lines and columns begin at 1; a column counts UTF-16 units. */
const place = z.object({ line: z.int().min(1), column: z.int().min(1) });

export const checkReply = z.object({
  /** In SQLite's words. SQLite stops at the first, so there is one at most. */
  errors: z.array(place.extend({ message: z.string() })),
  warnings: z.array(
    place.partial().extend({
      message: z.string(),
      /** Where it is so, when it is not wherever the query runs. */
      platforms: platforms.optional(),
    }),
  ),
  /** Those that the query reads, as far as they were found. */
  tables: z.array(z.string()),
  /** Those that have all of these tables. */
  platforms,
});

const columnType = z.enum(["text", "integer", "bigint", "unsigned_bigint", "double"]);

export const learnedTablesReply = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      platforms,
      columns: z.array(z.object({ name: z.string(), type: columnType, platforms })),
    }),
  ),
});
export type LearnedTablesReply = z.output<typeof learnedTablesReply>;

import { z } from "zod";

/** Fleet has no limit when per_page is absent; a page of this many is ours (every page is bounded). */
const PER_PAGE_ABSENT = 1_000;
/** What Fleet takes when only `page` is given. */
const PER_PAGE_WITH_PAGE = 20;
const PER_PAGE_MAX = 10_000;
const QUERY_CHARACTERS_MAX = 255;

/** Fleet's truth of query booleans. */
export const queryBoolean = z
  .string()
  .optional()
  .transform((value) => value === "1" || value === "true");

export const queryNumber = (name: string) =>
  z
    .string()
    .regex(/^\d{1,10}$/, `non-int ${name} value`)
    .transform(Number)
    .optional();

/** force: unknown keys are dropped, not refused. dry_run: everything is checked, nothing kept. */
export const specQuery = z.object({ force: queryBoolean, dry_run: queryBoolean });

/**
 * Fleet's list options (contract 0.6) as a Zod shape. `orderKeys` are the columns one may order
 * by; anything else is a 400 that lists them, not a failing statement.
 */
export function listOptions<const K extends string>(orderKeys: readonly [K, ...K[]]) {
  return {
    page: z
      .string()
      .regex(/^-?\d{1,9}$/, "non-int page value")
      .transform(Number)
      .refine((page) => page >= 0, "negative page value")
      .optional(),
    per_page: z
      .string()
      .regex(/^-?\d{1,9}$/, "non-int per_page value")
      .transform(Number)
      .refine((size) => size > 0, "invalid per_page value")
      .transform((size) => Math.min(size, PER_PAGE_MAX))
      .optional(),
    order_key: z
      .enum(orderKeys, `unknown order_key: use one of ${orderKeys.join(", ")}`)
      .or(z.literal("").transform(() => undefined))
      .optional(),
    order_direction: z
      .enum(["asc", "desc"], "unknown order_direction: use asc or desc")
      .or(z.literal("").transform(() => undefined))
      .optional(),
    query: z
      .string()
      .max(QUERY_CHARACTERS_MAX, `query may have ${QUERY_CHARACTERS_MAX} characters at most`)
      .transform((text) => text.trim())
      .default(""),
  };
}

export interface Paging {
  limit: number;
  offset: number;
}

export function pagingOf(options: { page?: number; per_page?: number }): Paging {
  const absent = options.page === undefined ? PER_PAGE_ABSENT : PER_PAGE_WITH_PAGE;
  const limit = options.per_page ?? absent;
  return { limit, offset: (options.page ?? 0) * limit };
}

/** `meta` of a list, from one row more than the page holds. */
export function pageMeta<T>(rows: T[], paging: Paging) {
  return {
    rows: rows.slice(0, paging.limit),
    meta: {
      has_next_results: rows.length > paging.limit,
      has_previous_results: paging.offset > 0,
    },
  };
}

/** Escapes LIKE's wildcards, for substring matches of what people type. */
export const likeText = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

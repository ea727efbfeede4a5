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

/** An empty parameter counts as absent; of a wrong one only `problem` says what is wrong. */
export const orNothing = <S extends z.ZodType>(schema: S, problem: (given: string) => string) =>
  z
    .union([z.literal("").transform(() => undefined), schema], {
      error: ({ input }) => problem(String(input)),
    })
    .optional();

/** A rule between list options, in Fleet's words. */
export function requireOrderKey(
  given: { order_key?: string; order_direction?: string; after?: string },
  context: z.RefinementCtx,
): void {
  for (const name of ["order_direction", "after"] as const) {
    if (given[name] !== undefined && !given.order_key) {
      context.addIssue({ code: "custom", message: `order_key must be specified with ${name}` });
    }
  }
}

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
    order_key: orNothing(
      z.enum(orderKeys),
      () => `unknown order_key: use one of ${orderKeys.join(", ")}`,
    ),
    order_direction: orNothing(
      z.enum(["asc", "desc"]),
      (given) => `unknown order_direction: ${given}`,
    ),
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

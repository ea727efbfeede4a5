import { z } from "zod";
import { queryBoolean, queryNumber } from "#lib/http/list-options.ts";
import { frameworkJson, tagJson } from "#lib/policies/action-schema.ts";
import { asOfQuery, pageThen } from "./as-of-schema.ts";

/** A policy's 100,000 hosts take a tenth of a second to count, and a request is to take one at most. */
const POLICIES_COUNTED_MAX = 10;
const { page, per_page } = pageThen(POLICIES_COUNTED_MAX);

/** What is added up over policies is added up over a page of them, by name. */
export const rollUpThenQuery = asOfQuery.extend({
  page,
  per_page,
  /** Absent: every team that the viewer sees. 0: hosts in no team. */
  team_id: queryNumber("team_id"),
  /** What need not be counted, of all policies at once. */
  without_counts: queryBoolean,
});
export type RollUpThenOptions = z.output<typeof rollUpThenQuery>;

/** The page of policies that was counted, of how many there are. */
export const rollUpPageJson = {
  as_of: z.iso.datetime(),
  policies_count: z.int(),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
};

const uncounted = {
  passing_host_count: true,
  failing_host_count: true,
  error_host_count: true,
  stale_host_count: true,
  exempt_host_count: true,
  pending_host_count: true,
  pass_rate: true,
} as const;

const tagThenJson = tagJson.partial(uncounted);
export type TagThenJson = z.output<typeof tagThenJson>;
const frameworkThenJson = frameworkJson.partial(uncounted);

export const tagsThenReply = z.object({
  ...rollUpPageJson,
  tags: z.array(tagThenJson),
  frameworks: z.array(frameworkThenJson),
});
export type TagsThenJson = z.output<typeof tagsThenReply>;

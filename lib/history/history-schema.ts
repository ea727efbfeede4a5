import { z } from "zod";
import { listOptions, queryNumber } from "#lib/http/list-options.ts";
import { RANGE_NAMES } from "./count-steps.ts";
import { VERDICTS_THEN } from "./states.ts";

export const teamQuery = z.object({
  /** Absent: every team that the viewer sees. 0: hosts in no team. */
  team_id: queryNumber("team_id"),
});

export const countsQuery = teamQuery.extend({
  range: z.enum(RANGE_NAMES, `range must be one of ${RANGE_NAMES.join(", ")}`).default("week"),
});

const moment = z.iso.datetime();

export const historyReply = z.object({
  /** How long history is kept. */
  days: z.int(),
  /** The oldest moment that anything is known of; null until history begins. */
  oldest_at: moment.nullable(),
  /** Since when verdicts and labels of hosts are known as well. */
  verdicts_and_labels_at: moment.nullable(),
});
export type HistoryJson = z.output<typeof historyReply>;

export const countsPointJson = z.object({
  at: moment,
  passing: z.int(),
  failing: z.int(),
  error: z.int(),
  stale: z.int(),
  exempt: z.int(),
  pending: z.int(),
});
export type CountsPointJson = z.output<typeof countsPointJson>;

export const countsReply = z.object({
  range: z.enum(RANGE_NAMES),
  /** Between two points; the last point is of now. Nothing was written down where one is missing. */
  step_seconds: z.int(),
  points: z.array(countsPointJson),
  /** When other SQL came into force: counts begin again there. */
  query_changes: z.array(z.object({ at: moment, revision: z.int(), author_name: z.string() })),
});
export type CountsJson = z.output<typeof countsReply>;

export const flappingQuery = teamQuery.extend({ page: queryNumber("page") });

export const flappingReply = z.object({
  /** A host flaps that changed between pass and fail more often than this in a day. */
  changes_allowed: z.int(),
  count: z.int(),
  /** 100 a page, the worst first. */
  hosts: z.array(
    z.object({ id: z.int(), display_name: z.string(), changes: z.int(), last_change_at: moment }),
  ),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
});
export type FlappingJson = z.output<typeof flappingReply>;

export const errorsReply = z.object({
  groups_count: z.int(),
  /** Those of most hosts, 100 at most. */
  groups: z.array(
    z.object({
      message: z.string(),
      osquery_version: z.string(),
      host_count: z.int(),
      /** Some of the hosts. */
      hosts: z.array(z.object({ id: z.int(), display_name: z.string() })),
    }),
  ),
  /** Where osquery's watchdog stopped the query and it is not run again for a day. */
  denylisted_count: z.int(),
  denylisted: z.array(
    z.object({
      id: z.int(),
      display_name: z.string(),
      osquery_version: z.string(),
      since: moment,
    }),
  ),
});
export type ErrorsJson = z.output<typeof errorsReply>;

const quantiles = z.object({ p50: z.number(), p95: z.number() }).nullable();

export const costReply = z.object({
  /** Newest first. Values are within a tenth of what agents said. */
  revisions: z.array(
    z.object({
      revision: z.int(),
      runs: z.int(),
      wall_time_ms: quantiles,
      memory_bytes: quantiles,
    }),
  ),
});
export type CostJson = z.output<typeof costReply>;

const { page, per_page } = listOptions(["at"]);
export const timelineQuery = z.object({ page, per_page, policy_id: queryNumber("policy_id") });
export type TimelineOptions = z.output<typeof timelineQuery>;

export const verdictsQuery = z.object({ page, per_page });
export type VerdictsOptions = z.output<typeof verdictsQuery>;

export const verdictsReply = z.object({
  /** Newest first. As lists had them: within seconds of what gateways were told. */
  verdicts: z.array(
    z.object({
      verdict: z.enum(VERDICTS_THEN),
      from: moment,
      /** null: it is so. */
      until: moment.nullable(),
    }),
  ),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
});
export type VerdictsJson = z.output<typeof verdictsReply>;

export const timelineReply = z.object({
  /** Newest first. */
  changes: z.array(
    z.object({
      policy_id: z.int(),
      policy_name: z.string(),
      revision: z.int(),
      from_state: z.string(),
      to_state: z.string(),
      error: z.string().nullable(),
      at: moment,
    }),
  ),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
  /** Policies that the host fails: since the first fail that no pass followed. */
  failing: z.array(z.object({ policy_id: z.int(), since: moment })),
  flapping: z.array(z.object({ policy_id: z.int(), changes: z.int() })),
});
export type TimelineJson = z.output<typeof timelineReply>;

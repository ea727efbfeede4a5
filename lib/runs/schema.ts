import { z } from "zod";
import { listOptions, orNothing, queryNumber } from "#lib/http/list-options.ts";
import {
  HOSTS_MAX,
  LIFE_SECONDS,
  LIFE_SECONDS_MAX,
  LIFE_SECONDS_MIN,
  QUERY_CHARACTERS_MAX,
} from "./limits.ts";
import { OUTCOMES, RUN_KINDS } from "./outcome.ts";

const CHOSEN_MAX = 1_000;
const SAMPLE_MAX = 1_000;
const PLATFORMS = ["darwin", "windows", "linux", "chrome"] as const;

export const runSql = z
  .string("query must be text")
  .refine((text) => text.trim() !== "", "query cannot be empty")
  .max(QUERY_CHARACTERS_MAX, `query may have ${QUERY_CHARACTERS_MAX} characters at most`);

const ids = (most: number) =>
  z
    .array(z.int().nonnegative())
    .max(most, `at most ${most} ids`)
    .nullish()
    .transform((given) => [...new Set(given ?? [])]);

/** Hosts, and those of the labels and teams; of these, or of all hosts, a sample. */
export const runTargets = z.object({
  host_ids: ids(HOSTS_MAX),
  label_ids: ids(CHOSEN_MAX),
  /** 0: hosts in no team. */
  team_ids: ids(CHOSEN_MAX),
  /** So many hosts of each platform, of those in contact. */
  sample_per_platform: z.int().min(1).max(SAMPLE_MAX).nullish(),
  platforms: z
    .array(z.enum(PLATFORMS))
    .max(PLATFORMS.length, `at most ${PLATFORMS.length} platforms`)
    .nullish()
    .transform((given) => given ?? []),
});
export type RunTargets = z.output<typeof runTargets>;
export type RunTargetsInput = z.input<typeof runTargets>;

export const startRunBody = z.object({
  query: runSql,
  kind: z.enum(RUN_KINDS).default("query"),
  policy_id: z.int().positive().nullish(),
  targets: runTargets,
  life_seconds: z.int().min(LIFE_SECONDS_MIN).max(LIFE_SECONDS_MAX).default(LIFE_SECONDS),
});
export type NewRun = z.output<typeof startRunBody>;
export type NewRunInput = z.input<typeof startRunBody>;

export const countTargetsBody = z.object({ targets: runTargets });

export const runParams = z.object({ id: queryNumber("run id").pipe(z.number()) });

const { page, per_page } = listOptions(["id"]);

export const listRunsQuery = z.object({
  page,
  per_page,
  /** Only one's own. */
  own: z.enum(["true", "false", "1", "0"]).optional(),
});

export const listRunHostsQuery = z.object({
  page,
  per_page,
  outcome: orNothing(z.enum(OUTCOMES), () => `outcome is one of ${OUTCOMES.join(", ")}`),
  host_id: queryNumber("host_id"),
});
export type RunHostsOptions = z.output<typeof listRunHostsQuery>;

export const keepRunBody = z.object({ policy_id: z.int().positive() });

const moment = z.iso.datetime();
const spread = z.object({ p50: z.number(), p95: z.number() }).nullable();
const counts = {
  hosts: z.int(),
  waiting: z.int(),
  pass: z.int(),
  fail: z.int(),
  done: z.int(),
  error: z.int(),
};

export const totalsJson = z.object({
  ...counts,
  answered: z.int(),
  denylisted: z.int(),
  by_platform: z.record(z.string(), z.object(counts)),
  wall_time_ms: spread,
  memory_bytes: spread,
});
export type TotalsJson = z.output<typeof totalsJson>;

export const runJson = z.object({
  id: z.int(),
  kind: z.enum(RUN_KINDS),
  query: z.string(),
  policy_id: z.int().nullable(),
  author: z.object({ id: z.int().nullable(), name: z.string() }),
  targets: z.record(z.string(), z.unknown()),
  hosts: z.int(),
  /** When it began. */
  online_hosts: z.int(),
  answered_hosts: z.int(),
  state: z.enum(["running", "answered", "stopped", "over"]),
  created_at: moment,
  expires_at: moment,
  stopped_at: moment.nullable(),
});
export type RunJson = z.output<typeof runJson>;

const meta = z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() });

export const runReply = z.object({
  run: runJson,
  totals: totalsJson,
  /** Of the hosts waited for, those that are not in contact now. */
  offline: z.int(),
});
export type RunReply = z.output<typeof runReply>;

export const runListReply = z.object({ runs: z.array(runJson), meta });
export type RunListReply = z.output<typeof runListReply>;

export const runHostJson = z.object({
  host_id: z.int(),
  hostname: z.string(),
  display_name: z.string(),
  platform: z.string(),
  platform_family: z.string(),
  team_id: z.int().nullable(),
  outcome: z.enum(OUTCOMES),
  /** How many there were; `rows` has the first of them. */
  row_count: z.int(),
  rows: z.array(z.record(z.string(), z.string())),
  error: z.string().nullable(),
  denylisted: z.boolean(),
  wall_time_ms: z.number().nullable(),
  memory_bytes: z.number().nullable(),
  asked_times: z.int(),
  asked_at: moment.nullable(),
  answered_at: moment.nullable(),
});
export type RunHostJson = z.output<typeof runHostJson>;

export const runHostsReply = z.object({ hosts: z.array(runHostJson), meta });
export type RunHostsReply = z.output<typeof runHostsReply>;

export const targetCountReply = z.object({
  hosts: z.int(),
  online: z.int(),
  offline: z.int(),
  by_platform: z.record(z.string(), z.int()),
});
export type TargetCount = z.output<typeof targetCountReply>;

export const keepReply = z.object({
  /** Hosts whose answer is now the policy's. */
  kept: z.int(),
  /** Out of the policy's scope, or with a newer answer. */
  skipped: z.int(),
});
export type KeepReply = z.output<typeof keepReply>;

import { z } from "zod";
import { queryNumber } from "#lib/http/list-options.ts";

/** As long as the worker keeps the history. */
const DAYS_MAX = 90;
const DAYS_DEFAULT = 30;

export const postureQuery = z.object({
  /** Absent: every team that the viewer sees. 0: hosts in no team. */
  team_id: queryNumber("team_id"),
});

export const postureHistoryQuery = postureQuery.extend({
  days: queryNumber("days")
    .refine((days) => days === undefined || (days >= 1 && days <= DAYS_MAX), {
      error: `days must be between 1 and ${DAYS_MAX}`,
    })
    .transform((days) => days ?? DAYS_DEFAULT),
});

const moment = z.iso.datetime();
const total = z.int().nullable();

/** How the fleet stood at a moment; all null where nothing was written down. */
export const posturePointJson = z.object({
  at: moment,
  hosts: total,
  online: total,
  /** Answers, not hosts: one host that passes ten policies is ten. */
  passing: total,
  failing: total,
  erroring: total,
  /** Hosts. Those with neither verdict are unknown. */
  verdict_pass: total,
  verdict_fail: total,
});
export type PosturePointJson = z.output<typeof posturePointJson>;

export const postureHistoryReply = z.object({
  points: z.array(posturePointJson),
  /** Between two points. */
  step_seconds: z.int(),
});
export type PostureHistoryJson = z.output<typeof postureHistoryReply>;

const answers = {
  passing: z.int(),
  failing: z.int(),
  erroring: z.int(),
  stale: z.int(),
};

export const worstPolicyJson = z.object({
  id: z.int(),
  name: z.string(),
  critical: z.boolean(),
  /** null: all teams. 0: hosts in no team. */
  team_id: z.int().nullable(),
  team_name: z.string().nullable(),
  ...answers,
});
export type WorstPolicyJson = z.output<typeof worstPolicyJson>;

export const postureReply = z.object({
  policies_count: z.int(),
  answers: z.object(answers),
  /** Those that most hosts fail, worst first; only ones that somebody fails. */
  worst_policies: z.array(worstPolicyJson),
});
export type PostureJson = z.output<typeof postureReply>;

import { z } from "zod";
import { listOptions, queryBoolean, queryNumber } from "#lib/http/list-options.ts";
import { queryMoment } from "#lib/http/moment.ts";
import { policyFilter } from "#lib/policies/schema.ts";
import { HISTORY_STATES, VERDICTS_THEN } from "./states.ts";

const HOSTS_PER_PAGE_MAX = 200;
/** Each of them is counted over all hosts, which takes a tenth of a second at 100,000. */
const POLICIES_PER_PAGE_MAX = 50;
const PER_PAGE = 20;

const { page, query } = listOptions(["name"]);
const perPage = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, "invalid per_page value")
    .transform((text) => Math.min(Number(text), most))
    .default(Math.min(PER_PAGE, most));

/** A page of a list of the past, and what to look for. */
export const pageThen = (most: number) => ({ page, per_page: perPage(most), query });

export const asOfQuery = z.object({ as_of: queryMoment("as_of") });

export const policiesThenQuery = asOfQuery.extend({
  ...pageThen(POLICIES_PER_PAGE_MAX),
  /** By the tags that policies had then. */
  ...policyFilter,
  /** Absent: all that the viewer sees. 0: hosts in no team. */
  team_id: queryNumber("team_id"),
  /** For who asks for each policy's counts by itself: the list is there at once then. */
  without_counts: queryBoolean,
});
export type PoliciesThenOptions = z.output<typeof policiesThenQuery>;

export const policyThenQuery = asOfQuery.extend({ team_id: queryNumber("team_id") });

export const hostsThenQuery = asOfQuery
  .extend({
    ...pageThen(HOSTS_PER_PAGE_MAX),
    team_id: queryNumber("team_id"),
    policy_id: queryNumber("policy_id"),
    policy_state: z
      .enum(HISTORY_STATES, `policy_state must be one of ${HISTORY_STATES.join(", ")}`)
      .optional(),
    verdict: z.enum(VERDICTS_THEN, `verdict must be one of ${VERDICTS_THEN.join(", ")}`).optional(),
    label_id: queryNumber("label_id"),
    order_direction: z.enum(["asc", "desc"]).default("asc"),
  })
  .refine((given) => !given.policy_state || given.policy_id !== undefined, {
    error: "policy_id must be present when policy_state is specified",
  });
export type HostsThenOptions = z.output<typeof hostsThenQuery>;

const moment = z.iso.datetime();

const policyFactsThenJson = z.object({
  id: z.int(),
  name: z.string(),
  /** null: all teams. 0: hosts in no team. */
  team_id: z.int().nullable(),
  query: z.string(),
  description: z.string(),
  resolution: z.string(),
  platform: z.string(),
  critical: z.boolean(),
  tags: z.array(z.string()),
  paused: z.boolean(),
  /** Labels narrowed whom it asked. */
  by_labels: z.boolean(),
  /** No: labels narrowed whom it asked and were not kept yet, so that pending is not counted. */
  pending_is_known: z.boolean(),
  /** Which SQL, and which edit, was in force, and since when. */
  revision: z.int(),
  version: z.int(),
  edited_at: moment,
  edited_by: z.string(),
  /** The policy has been edited or deleted since. */
  ended_at: moment.nullable(),
});
export type PolicyFactsThenJson = z.output<typeof policyFactsThenJson>;

const countsThenJson = z.object({
  passing_host_count: z.int(),
  failing_host_count: z.int(),
  error_host_count: z.int(),
  stale_host_count: z.int(),
  exempt_host_count: z.int(),
  pending_host_count: z.int(),
});
export const policyThenJson = policyFactsThenJson.extend(countsThenJson.shape);
export type PolicyThenJson = z.output<typeof policyThenJson>;

export const policiesThenReply = z.object({
  as_of: moment,
  count: z.int(),
  /** Without counts when asked so. */
  policies: z.array(policyFactsThenJson.extend(countsThenJson.partial().shape)),
});
export type PoliciesThenJson = z.output<typeof policiesThenReply>;
/** Unless asked to be without counts. */
export type CountedThenJson = Omit<PoliciesThenJson, "policies"> & { policies: PolicyThenJson[] };
export const policyThenReply = z.object({ as_of: moment, policy: policyThenJson });
export type PolicyThenReplyJson = z.output<typeof policyThenReply>;

export const hostThenJson = z.object({
  id: z.int(),
  display_name: z.string(),
  hostname: z.string(),
  hardware_serial: z.string(),
  platform: z.string(),
  os_version: z.string(),
  team_id: z.int().nullable(),
  /** By the name it has now; null as well for a team that is gone. */
  team_name: z.string().nullable(),
  /** null: it was not kept yet, or nobody wrote it down. */
  verdict: z.enum(VERDICTS_THEN).nullable(),
  verdict_since: moment.nullable(),
  failing_policies_count: z.int(),
  failing_critical_policies_count: z.int(),
  /** How it stood on the policy that the list is about. */
  policy_state: z.enum(HISTORY_STATES).optional(),
  policy_since: moment.nullable().optional(),
});
export type HostThenJson = z.output<typeof hostThenJson>;

export const hostsThenReply = z.object({
  as_of: moment,
  count: z.int(),
  hosts: z.array(hostThenJson),
});
export type HostsThenJson = z.output<typeof hostsThenReply>;

export const hostPolicyThenJson = z.object({
  id: z.int(),
  name: z.string(),
  team_id: z.int().nullable(),
  query: z.string(),
  platform: z.string(),
  critical: z.boolean(),
  revision: z.int(),
  state: z.enum(HISTORY_STATES),
  since: moment.nullable(),
  error: z.string().nullable(),
});
export type HostPolicyThenJson = z.output<typeof hostPolicyThenJson>;

export const hostThenReply = z.object({
  as_of: moment,
  host: hostThenJson.extend({ policies: z.array(hostPolicyThenJson) }),
});
export type HostThenReplyJson = z.output<typeof hostThenReply>;

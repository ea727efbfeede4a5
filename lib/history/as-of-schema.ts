import { z } from "zod";
import { checkTogether, queryFilters } from "#lib/hosts/schema.ts";
import { listOptions, orNothing, queryBoolean, queryNumber } from "#lib/http/list-options.ts";
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

/** What lists of now are narrowed by and nobody keeps of hosts; `status` may be "new". */
export const NOT_KEPT = {
  status:
    "status may only be new for the past: when hosts were in contact is not kept, so who was online, offline or missing is not known",
  low_disk_space: "low_disk_space is of now alone: how much of a disk was free is not kept",
};

/** An order or a filter of now that is dropped in silence would pass for one of then. */
function refuseUnknown(
  given: { status?: string; low_disk_space?: number | null },
  context: z.RefinementCtx,
): void {
  const problem = (message: string) => context.addIssue({ code: "custom", message });
  if (given.status && given.status !== "new") problem(NOT_KEPT.status);
  if (typeof given.low_disk_space === "number") problem(NOT_KEPT.low_disk_space);
}

/** By the filters of the list of now, so that a link to one is one to the other. */
export const hostsThenQuery = asOfQuery
  .extend({
    ...queryFilters,
    ...pageThen(HOSTS_PER_PAGE_MAX),
    order_key: orNothing(
      z.enum(["display_name"]),
      () => "hosts of the past are ordered by display_name alone",
    ),
    order_direction: z.enum(["asc", "desc"]).default("asc"),
  })
  .superRefine(checkTogether)
  .superRefine(refuseUnknown);
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

const labelNameThen = z.object({ id: z.int(), name: z.string() });
const hostLabelsThenJson = z.object({
  /** By the names and the rules of then; also labels that are gone. */
  labels: z.array(labelNameThen),
  /** It had not answered them yet. */
  unknown_labels: z.array(labelNameThen),
});
export type HostLabelsThenJson = z.output<typeof hostLabelsThenJson>;

export const hostThenReply = z.object({
  as_of: moment,
  host: hostThenJson.extend({
    policies: z.array(hostPolicyThenJson),
    /** null, both of them: labels were not kept yet. */
    labels: hostLabelsThenJson.shape.labels.nullable(),
    unknown_labels: hostLabelsThenJson.shape.unknown_labels.nullable(),
  }),
});
export type HostThenReplyJson = z.output<typeof hostThenReply>;

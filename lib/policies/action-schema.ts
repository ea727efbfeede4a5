import { z } from "zod";
import { orNothing, queryNumber } from "#lib/http/list-options.ts";
import { createPolicyBody, policyJson, reason } from "./schema.ts";
import { TAGS_MAX, tagList } from "./tags.ts";

/** A host's card holds this many answers; there is no use in more policies. */
const POLICIES_MAX = 5_000;
const QUERY_CHARACTERS_MAX = 255;
/** A refetch each; more hosts than a person chooses are what "all" is for. */
const RUN_HOSTS_MAX = 1_000;

export const runBody = z.object({
  /** Without it all hosts that the policy asks. */
  host_ids: z
    .array(z.int().positive())
    .min(1, "name at least one host, or leave host_ids out to ask all")
    .max(RUN_HOSTS_MAX, `host_ids may have ${RUN_HOSTS_MAX} hosts at most`)
    .nullish(),
});

export const runReply = z.object({
  policy: policyJson,
  /** The hosts asked, without those that the policy does not ask; null: all that it asks. */
  host_ids: z.array(z.int()).nullable(),
});

/** The policies of a list, as its own parameters choose them; inherited ones are not among them. */
const bulkFilter = z.strictObject({
  /** null: policies of all teams. 0: of hosts in no team. */
  team_id: z.int().min(0).nullable().default(null),
  query: z.string().trim().max(QUERY_CHARACTERS_MAX).default(""),
  tags: z
    .array(z.string().max(QUERY_CHARACTERS_MAX))
    .max(TAGS_MAX, `a filter may have ${TAGS_MAX} tags at most`)
    .default([]),
  framework: z.string().max(QUERY_CHARACTERS_MAX).default(""),
});

const chosen = {
  ids: z
    .array(z.int().positive())
    .max(POLICIES_MAX, `ids may have ${POLICIES_MAX} policies at most`)
    .optional(),
  filter: bulkFilter.optional(),
  reason,
};
const someTags = tagList.refine((tags) => tags.length > 0, "name at least one tag");
const { critical, interval } = createPolicyBody.shape;

export const bulkBody = z
  .discriminatedUnion("action", [
    z.strictObject({ action: z.literal("add_tags"), tags: someTags, ...chosen }),
    z.strictObject({ action: z.literal("remove_tags"), tags: someTags, ...chosen }),
    z.strictObject({ action: z.literal("set_tags"), tags: tagList, ...chosen }),
    z.strictObject({
      action: z.literal("move"),
      /** null: to all teams. 0: to hosts in no team. */
      team_id: z.int().min(0).nullable(),
      ...chosen,
    }),
    z.strictObject({ action: z.literal("pause"), ...chosen }),
    z.strictObject({ action: z.literal("resume"), ...chosen }),
    z.strictObject({ action: z.literal("set_critical"), critical, ...chosen }),
    z.strictObject({ action: z.literal("set_interval"), interval, ...chosen }),
    z.strictObject({ action: z.literal("delete"), ...chosen }),
  ])
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    message: "say either ids or filter",
    path: ["ids"],
  });

export type BulkInput = z.output<typeof bulkBody>;
/** What a program sends. */
export type NewBulk = z.input<typeof bulkBody>;
export type BulkFilter = z.output<typeof bulkFilter>;

export const bulkReply = z.object({
  /** How many policies were meant. */
  matched: z.int(),
  /** Ids of those that the action made a difference to. */
  changed: z.array(z.int()),
});

export const tagsQuery = z.object({
  team_id: orNothing(queryNumber("team_id"), (given) => `non-int team_id value: ${given}`),
});

const rollUp = z.object({
  policies: z.int(),
  /** Answers, one for each host and policy. */
  passing_host_count: z.int(),
  failing_host_count: z.int(),
  error_host_count: z.int(),
  stale_host_count: z.int(),
  exempt_host_count: z.int(),
  pending_host_count: z.int(),
  /** Passing among those that passed or failed, 0 to 1. */
  pass_rate: z.number().nullable(),
});
export type RollUp = z.output<typeof rollUp>;

export const tagJson = rollUp.extend({
  tag: z.string(),
  /** Of a control such as cis-v8:3.6; null for plain tags. */
  framework: z.string().nullable(),
  control: z.string().nullable(),
});
export const frameworkJson = rollUp.extend({ framework: z.string(), controls: z.int() });
export const tagsReply = z.object({
  tags: z.array(tagJson),
  frameworks: z.array(frameworkJson),
});
export type TagsJson = z.output<typeof tagsReply>;

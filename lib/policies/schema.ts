import { z } from "zod";
import { listOptions, queryBoolean, queryNumber, requireOrderKey } from "#lib/http/list-options.ts";
import { refusalText } from "#lib/osquery/check-refusals.ts";
import { parsePlatforms } from "#lib/osquery/platform.ts";
import { labelFields, labelListsJson } from "./label-fields.ts";
import { normalTag, tagList } from "./tags.ts";

const NAME_CHARACTERS_MAX = 255;
/** The columns hold 64 KiB; a character takes up to four bytes. */
const TEXT_CHARACTERS_MAX = 16_000;
/** osquery takes its queries from one JSON answer; SQL longer than this is somebody's mistake. */
const QUERY_CHARACTERS_MAX = 65_536;
const INTERVAL_SECONDS_MIN = 60;
const INTERVAL_SECONDS_MAX = 7 * 86_400;
const REASON_CHARACTERS_MAX = 1_000;
const SPECS_MAX = 5_000;
const IDS_MAX = 10_000;

/** Go's clients send null for what is not set. */
const orElse = <S extends z.ZodType>(schema: S, value: z.output<S>) =>
  schema.nullish().transform((given): z.output<S> => given ?? value);

const name = z
  .string("policy name cannot be empty")
  .transform((text) => text.normalize("NFC").trim())
  .pipe(
    z
      .string()
      .min(1, "policy name cannot be empty")
      .max(NAME_CHARACTERS_MAX, `policy name may have ${NAME_CHARACTERS_MAX} characters at most`),
  );

const query = z
  .string("policy query cannot be empty")
  .refine((text) => text.trim() !== "", "policy query cannot be empty")
  .max(QUERY_CHARACTERS_MAX, `policy query may have ${QUERY_CHARACTERS_MAX} characters at most`)
  .superRefine((text, context) => {
    const refusal = refusalText(text);
    if (refusal) context.addIssue({ code: "custom", message: `policy query: ${refusal}` });
  });

const prose = (field: string) =>
  z
    .string()
    .max(TEXT_CHARACTERS_MAX, `policy ${field} may have ${TEXT_CHARACTERS_MAX} characters at most`);

const platform = z.string().transform((list, context) => {
  const platforms = parsePlatforms(list);
  if (platforms) return platforms.join(",");
  context.addIssue({ code: "custom", message: "invalid policy platform" });
  return z.NEVER;
});

const INTERVAL_RANGE = `policy interval must be null or ${INTERVAL_SECONDS_MIN} to ${INTERVAL_SECONDS_MAX} seconds`;

/** Seconds; null is the server's policy interval. */
const interval = z
  .int(INTERVAL_RANGE)
  .min(INTERVAL_SECONDS_MIN, INTERVAL_RANGE)
  .max(INTERVAL_SECONDS_MAX, INTERVAL_RANGE)
  .nullable();

const critical = z.boolean("policy critical must be true or false");

/** Why somebody makes the change; kept with the version that it makes. */
export const reason = orElse(
  z
    .string()
    .trim()
    .max(REASON_CHARACTERS_MAX, `reason may have ${REASON_CHARACTERS_MAX} characters at most`),
  "",
);

/**
 * Muster's: the `version` that the change was made from. Where another one is in force by now, nothing is
 * changed and the answer is 409, so that nobody writes over what he has not seen.
 */
export const expectedVersion = z.int().positive().nullish();

export const createPolicyBody = z
  .object({
    query_id: z.int().nullish(),
    name,
    query,
    description: orElse(prose("description"), ""),
    resolution: orElse(prose("resolution"), ""),
    platform: orElse(platform, ""),
    critical: orElse(critical, false),
    interval: interval.default(null),
    tags: orElse(tagList, []),
    reason,
    ...labelFields,
  })
  .refine((body) => !body.query_id, 'both fields "queryID" and "query" cannot be set');

export type PolicyInput = z.output<typeof createPolicyBody>;

/** What a form or a client sends to make a policy. */
export type NewPolicy = z.input<typeof createPolicyBody>;

export const modifyPolicyBody = z.object({
  team_id: z.int().nullish(),
  name: name.nullish(),
  query: query.nullish(),
  description: prose("description").nullish(),
  resolution: prose("resolution").nullish(),
  platform: platform.nullish(),
  critical: critical.nullish(),
  interval: interval.optional(),
  tags: tagList.nullish(),
  reason,
  ...labelFields,
  expected_version: expectedVersion,
});

/** What a form or a client sends to change a policy. */
export type PolicyChanges = z.input<typeof modifyPolicyBody>;
export type PolicyPatch = z.output<typeof modifyPolicyBody>;

export const deletePoliciesBody = z.object({
  ids: orElse(z.array(z.int().positive()).max(IDS_MAX), []),
});

export const policySpec = z.object({
  name,
  query,
  description: orElse(prose("description"), ""),
  resolution: orElse(prose("resolution"), ""),
  platform: orElse(platform, ""),
  critical: orElse(critical, false),
  interval: interval.default(null),
  tags: orElse(tagList, []),
  reason,
  team: z.string().nullish(),
  ...labelFields,
});

export type PolicySpec = z.output<typeof policySpec>;

export const policySpecsBody = z.object({
  specs: orElse(z.array(policySpec).max(SPECS_MAX), []),
});

/** Muster's: answers what would change and changes nothing. */
export const policySpecsQuery = z.object({ dry_run: queryBoolean });

const ORDER_KEYS = [
  "name",
  "id",
  "team_id",
  "platform",
  "critical",
  "created_at",
  "updated_at",
  "author_name",
  "passing_host_count",
  "failing_host_count",
  "error_host_count",
  "stale_host_count",
  "host_count_updated_at",
] as const;

export type PolicyOrderKey = (typeof ORDER_KEYS)[number];

export const policyFilter = {
  /** A comma list: policies that have any of them. */
  tag: z
    .string()
    .default("")
    .transform((list) => list.split(",").map(normalTag).filter(Boolean)),
  /** Policies that have any control of it, such as cis-v8. */
  framework: z.string().trim().toLowerCase().default(""),
};

const listPoliciesShape = z.object({ ...listOptions(ORDER_KEYS), ...policyFilter });
export const listPoliciesQuery = listPoliciesShape.superRefine(requireOrderKey);
export type PolicyListOptions = z.output<typeof listPoliciesQuery>;

export const countPoliciesQuery = listPoliciesShape.pick({
  query: true,
  tag: true,
  framework: true,
});
export type PolicyCountOptions = z.output<typeof countPoliciesQuery>;

const inherited = listOptions(ORDER_KEYS);

export const listTeamPoliciesQuery = listPoliciesShape
  .extend({
    merge_inherited: queryBoolean,
    inherited_page: inherited.page,
    inherited_per_page: inherited.per_page,
    inherited_order_key: inherited.order_key,
    inherited_order_direction: inherited.order_direction,
  })
  .superRefine(requireOrderKey);
export type TeamPolicyListOptions = z.output<typeof listTeamPoliciesQuery>;

export const countTeamPoliciesQuery = countPoliciesQuery.extend({ merge_inherited: queryBoolean });

const id = (what: string) => queryNumber(what).pipe(z.number());
export const policyParams = z.object({ id: id("policy id") });
export const teamParams = z.object({ team_id: id("team id") });
export const teamPolicyParams = policyParams.extend(teamParams.shape);

const moment = z.iso.datetime();

/** Fleet's keys of a policy, wherever one is told of. */
export const policyKeysJson = z.object({
  id: z.int(),
  name: z.string(),
  query: z.string(),
  description: z.string(),
  resolution: z.string(),
  platform: z.string(),
  critical: z.boolean(),
  /** null: all teams. 0: hosts in no team. */
  team_id: z.int().nullable(),
  author_id: z.int().nullable(),
  author_name: z.string(),
  author_email: z.string(),
  calendar_events_enabled: z.boolean(),
  conditional_access_enabled: z.boolean(),
  created_at: moment,
  updated_at: moment,
});

export const policyJson = policyKeysJson.extend({
  /** Seconds; null is the server's policy interval. */
  interval: z.int().nullable(),
  tags: z.array(z.string()),
  /** A host is asked when it satisfies all of the four. */
  ...labelListsJson,
  /** Since when nobody is asked; null: hosts are asked. */
  paused_at: moment.nullable(),
  /** When somebody last asked for answers at once. */
  run_requested_at: moment.nullable(),
  /** Raised by every edit, of whatever field. */
  version: z.int(),
  /** Raised by every change that starts the answers anew. */
  revision: z.int(),
  query_changed_at: moment,
  passing_host_count: z.int(),
  failing_host_count: z.int(),
  error_host_count: z.int(),
  stale_host_count: z.int(),
  exempt_host_count: z.int(),
  pending_host_count: z.int(),
  /** Hosts of its team, or of all, that it does not ask. */
  not_applicable_host_count: z.int(),
  host_count_updated_at: moment.nullable(),
});

export type PolicyJson = z.output<typeof policyJson>;

export const policyReply = z.object({ policy: policyJson });
export const policyListReply = z.object({ policies: z.array(policyJson) });
export const teamPolicyListReply = policyListReply.extend({
  inherited_policies: z.array(policyJson),
});
export const countReply = z.object({ count: z.int() });
export const deletedReply = z.object({ deleted: z.array(z.int()).optional() });

const specFields = z.record(z.string(), z.unknown());

/** What one spec does (or, in a dry run, would do). */
export const specChange = z.object({
  name: z.string(),
  /** "" is all teams. */
  team: z.string(),
  action: z.enum(["create", "update", "none"]),
  before: specFields,
  after: specFields,
});
export type SpecChange = z.output<typeof specChange>;

export const policySpecsReply = z.object({ dry_run: z.boolean(), changes: z.array(specChange) });

import { z } from "zod";
import {
  listOptions,
  orNothing,
  queryNumber,
  requireOrderKey,
  specQuery,
} from "#lib/http/list-options.ts";
import { VITALS } from "#lib/membership/vitals.ts";
import { refusalText } from "#lib/osquery/check-refusals.ts";
import { parsePlatforms } from "#lib/osquery/platform.ts";

const NAME_CHARACTERS_MAX = 255;
/** The column holds 64 KiB; a character takes up to four bytes. */
const DESCRIPTION_CHARACTERS_MAX = 16_000;
/** osquery takes its queries from one JSON answer; SQL longer than this is somebody's mistake. */
const QUERY_CHARACTERS_MAX = 65_536;
/** Each is locked in one transaction. Larger groups are better described than listed. */
export const MANUAL_HOSTS_MAX = 10_000;
const IDENTIFIER_CHARACTERS_MAX = 255;
const VALUES_MAX = 200;
const SPECS_MAX = 1_000;

export const MEMBERSHIP_TYPES = ["dynamic", "manual", "host_vitals"] as const;
export type MembershipType = (typeof MEMBERSHIP_TYPES)[number];

const name = z
  .string("label name cannot be empty")
  .transform((text) => text.normalize("NFC").trim())
  .pipe(
    z
      .string()
      .min(1, "label name cannot be empty")
      .max(NAME_CHARACTERS_MAX, `label name may have ${NAME_CHARACTERS_MAX} characters at most`),
  );

const description = z
  .string()
  .max(
    DESCRIPTION_CHARACTERS_MAX,
    `label description may have ${DESCRIPTION_CHARACTERS_MAX} characters at most`,
  );

const query = z
  .string()
  .max(QUERY_CHARACTERS_MAX, `label query may have ${QUERY_CHARACTERS_MAX} characters at most`)
  .superRefine((text, context) => {
    const refusal = text.trim() === "" ? undefined : refusalText(text);
    if (refusal) context.addIssue({ code: "custom", message: `label query: ${refusal}` });
  })
  .transform((text) => (text.trim() === "" ? "" : text));

const platform = z.string().transform((list, context) => {
  const platforms = parsePlatforms(list);
  if (platforms) return platforms.join(",");
  context.addIssue({
    code: "custom",
    message: "label platform is a comma list of darwin, windows, linux and chrome",
  });
  return z.NEVER;
});

const tooMany = `a label may list ${MANUAL_HOSTS_MAX} hosts at most; describe larger groups by SQL or vitals`;
const hosts = z
  .array(z.string().trim().max(IDENTIFIER_CHARACTERS_MAX))
  .max(MANUAL_HOSTS_MAX, tooMany);
const hostIds = z.array(z.int().positive()).max(MANUAL_HOSTS_MAX, tooMany);

const value = z.string().trim().min(1, "a value may not be empty").max(255);

/** Fleet has one `value`; Muster takes several `values` of which one must fit. */
const criteria = z
  .object({
    vital: z.enum(VITALS, `vital is one of ${VITALS.join(", ")}`),
    value: value.nullish(),
    values: z.array(value).max(VALUES_MAX, `at most ${VALUES_MAX} values`).nullish(),
  })
  .transform((given, context) => {
    const values = [...new Set([...(given.values ?? []), ...(given.value ? [given.value] : [])])];
    if (values.length > 0) return { vital: given.vital, values };
    context.addIssue({ code: "custom", message: "criteria name no value" });
    return z.NEVER;
  });

const shape = {
  name,
  description: description.nullish(),
  /** SQL that members answer with rows. Its presence makes the label dynamic. */
  query: query.nullish(),
  /** Of a dynamic label: hosts of other platforms are not asked and no members. */
  platform: platform.nullish(),
  /** Of a manual label: names, serial numbers, UUIDs or osquery's identifiers. */
  hosts: hosts.nullish(),
  host_ids: hostIds.nullish(),
  /** Of a label by vitals. */
  criteria: criteria.nullish(),
};

const membershipType = z.enum(MEMBERSHIP_TYPES).nullish();

export const createLabelBody = z.object({ ...shape, label_membership_type: membershipType });
export type LabelInput = z.output<typeof createLabelBody>;
/** What a form or a client sends to make a label. */
export type NewLabel = z.input<typeof createLabelBody>;

export const modifyLabelBody = z.object({ ...shape, name: name.nullish() });
export type LabelPatch = z.output<typeof modifyLabelBody>;

/** Only blanks: fleetctl sends numbers and names of its own types. */
const ignored = z.unknown().optional();

export const labelSpec = z.object({
  ...shape,
  id: ignored,
  label_type: z.enum(["regular", "builtin"]).nullish(),
  label_membership_type: membershipType,
});
export type LabelSpec = z.output<typeof labelSpec>;

export const labelSpecsBody = z.object({
  specs: z.array(labelSpec).max(SPECS_MAX, `one call may carry ${SPECS_MAX} labels at most`),
});
export const labelSpecsQuery = specQuery;

const ORDER_KEYS = ["name", "id", "created_at", "updated_at"] as const;
export const listLabelsQuery = z
  .object({
    ...listOptions(ORDER_KEYS),
    /** Counts only this team's hosts (0: no team). */
    team_id: orNothing(queryNumber("team_id"), () => "non-int team_id value"),
  })
  .superRefine(requireOrderKey);
export type LabelListOptions = z.output<typeof listLabelsQuery>;

export const labelParams = z.object({ label: queryNumber("label id").pipe(z.number()) });
export const labelIdParams = z.object({ id: queryNumber("label id").pipe(z.number()) });
export const labelNameParams = z.object({ label: z.string().min(1).max(NAME_CHARACTERS_MAX) });

export const labelSpecParams = z.object({ name: z.string().min(1).max(NAME_CHARACTERS_MAX) });

export const findHostsBody = z.object({ hosts });

const moment = z.iso.datetime();
export const labelType = z.enum(["regular", "builtin"]);

export const criteriaJson = z.object({
  vital: z.string(),
  /** Fleet's key; there when the values are one. */
  value: z.string().optional(),
  values: z.array(z.string()),
});

export const labelJson = z.object({
  created_at: moment,
  updated_at: moment,
  id: z.int(),
  author_id: z.int().nullable(),
  name: z.string(),
  description: z.string(),
  query: z.string(),
  platform: z.string(),
  label_type: labelType,
  label_membership_type: z.enum(MEMBERSHIP_TYPES),
  criteria: criteriaJson.nullable(),
  display_text: z.string(),
  /** Members among the hosts that the viewer may see. */
  host_count: z.int(),
  count: z.int(),
  /** Muster's: policies whose rules name it, of those the viewer may see. */
  policy_count: z.int(),
});

/** A label on its host. */
export const hostLabelJson = labelJson.omit({
  author_id: true,
  criteria: true,
  host_count: true,
  count: true,
  policy_count: true,
});
export type HostLabelJson = z.output<typeof hostLabelJson>;

/** A policy whose rules name a label. */
export const labelPolicyJson = z.object({
  id: z.int(),
  name: z.string(),
  team_id: z.int().nullable(),
});

/** An exemption that lets a label's hosts off a policy. */
export const labelExemptionJson = z.object({
  id: z.int(),
  policy_id: z.int(),
  policy_name: z.string(),
  /** Of the policy. */
  team_id: z.int().nullable(),
  reason: z.string(),
});

export const labelDetailJson = labelJson.extend({
  /** Muster's: hosts of which nobody knows yet whether they are members. */
  unknown_host_count: z.int(),
  policies: z.array(labelPolicyJson),
  /** Muster's: live ones that let its hosts off a policy, of those the viewer may see. */
  exemptions: z.array(labelExemptionJson),
  /** Of manual labels. */
  host_ids: z.array(z.int()).optional(),
});
export type LabelJson = z.output<typeof labelJson>;
export type LabelDetailJson = z.output<typeof labelDetailJson>;

export const labelReply = z.object({ label: labelDetailJson });
export const labelListReply = z.object({ labels: z.array(labelJson) });

export const labelSummaryJson = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  label_type: labelType,
  label_membership_type: z.enum(MEMBERSHIP_TYPES),
});
export const labelSummaryReply = z.object({ labels: z.array(labelSummaryJson) });
export type LabelSummaryJson = z.output<typeof labelSummaryJson>;

export const labelSpecJson = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  query: z.string(),
  platform: z.string(),
  label_type: labelType,
  label_membership_type: z.enum(MEMBERSHIP_TYPES),
  criteria: criteriaJson.optional(),
  /** Of manual labels: serial numbers, or UUIDs where there is none. */
  hosts: z.array(z.string()).nullable(),
});
export const labelSpecReply = z.object({ specs: labelSpecJson });
export const labelSpecListReply = z.object({ specs: z.array(labelSpecJson) });

const specFields = z.record(z.string(), z.unknown());
/** What one spec does (or, in a dry run, would do). */
export const labelChange = z.object({
  name: z.string(),
  action: z.enum(["create", "update", "none"]),
  before: specFields,
  after: specFields,
});
export type LabelChange = z.output<typeof labelChange>;
export const labelSpecsReply = z.object({ dry_run: z.boolean(), changes: z.array(labelChange) });

export const foundHostsReply = z.object({
  hosts: z.array(z.object({ identifier: z.string(), id: z.int(), display_name: z.string() })),
  /** Nobody goes by these. */
  not_found: z.array(z.string()),
  /** Several hosts go by these. */
  ambiguous: z.array(z.string()),
});
export type FoundHosts = z.output<typeof foundHostsReply>;

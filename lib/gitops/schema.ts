import { z } from "zod";
import { secretList } from "#lib/enroll-secrets/schema.ts";
import { EXEMPTION_DAYS_MAX } from "#lib/exemptions/schema.ts";
import { labelSpec } from "#lib/labels/schema.ts";
import { policySpec } from "#lib/policies/schema.ts";
import { configBody, settingsJson, webhookInterval } from "#lib/settings/config-schema.ts";
import { teamSpecsBody } from "#lib/teams/schema.ts";
import {
  failingPoliciesBody,
  globalWebhooksShape,
  teamWebhooksBody,
} from "#lib/webhooks/schema.ts";

/** What one transaction writes before others have waited too long. */
export const POLICIES_MAX = 5_000;
export const LABELS_MAX = 1_000;
export const TEAMS_MAX = 1_000;
export const EXEMPTIONS_MAX = 2_000;
/** Everything of an organisation in one request. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;
const NAME_CHARACTERS_MAX = 255;
const REASON_CHARACTERS_MAX = 1_000;

/** Fleet's name for the hosts in no team. */
export const NO_TEAM = "No team";

const atMost = (max: number, what: string) => `one apply may carry ${max} ${what} at most`;

const webhook = z.strictObject({
  ...failingPoliciesBody.shape,
  /** By name, where Fleet has ids, which are others on every server. */
  policies: z.array(z.string().trim()).max(POLICIES_MAX).nullish(),
});
export type GitopsWebhook = z.output<typeof webhook>;
const failing = { failing_policies_webhook: webhook.nullish() };

const teamWebhooks = z.strictObject({ ...teamWebhooksBody.shape, ...failing }).nullish();
const team = z.strictObject({
  ...teamSpecsBody.shape.specs.element.shape,
  webhook_settings: teamWebhooks,
});

const settings = z.strictObject({
  ...configBody.shape,
  webhook_settings: z
    .strictObject({ ...globalWebhooksShape, ...failing, interval: webhookInterval.nullish() })
    .nullish(),
  /** Those that Fleet has no key for. */
  muster: settingsJson
    .pick({
      gate: true,
      pass_cache_seconds: true,
      device_link_seconds: true,
      history_days: true,
      flapping_changes: true,
      impact_confirm_percent: true,
    })
    .partial()
    .strict()
    .nullish(),
});

const { reason: _reason, ...policyShape } = policySpec.shape;
const policy = z.strictObject({
  ...policyShape,
  /** Absent: stays as it is. */
  paused: z.boolean("paused must be true or false").nullish(),
});
export type GitopsPolicy = z.output<typeof policy>;

const label = z.strictObject(labelSpec.shape);

const name = (what: string) =>
  z
    .string(`an exemption names ${what}`)
    .transform((text) => text.normalize("NFC").trim())
    .pipe(z.string().min(1, `an exemption names ${what}`).max(NAME_CHARACTERS_MAX));

const time = (field: string) =>
  z
    .string(`${field} must be a time`)
    .refine((text) => /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text)), {
      error: `${field} must be a time such as 2027-01-31T12:00:00Z`,
    })
    .transform((text) => new Date(text));

const DAY_MS = 86_400_000;

/** One that is over is no mistake: files outlive it. */
const expiresAt = time("expires_at").refine(
  (at) => at.getTime() - Date.now() <= EXEMPTION_DAYS_MAX * DAY_MS,
  `an exemption may last ${EXEMPTION_DAYS_MAX} days at most`,
);

const exemption = z
  .strictObject({
    policy: name("the policy"),
    /** Whose policy: "" is all teams. */
    policy_team: z.string().default(""),
    /** A name, serial number, UUID or osquery's identifier. */
    host: name("a host").nullish(),
    label: name("a label").nullish(),
    team: name("a team").nullish(),
    reason: z
      .string("an exemption needs a reason")
      .trim()
      .min(1, "an exemption needs a reason")
      .max(REASON_CHARACTERS_MAX, `a reason may have ${REASON_CHARACTERS_MAX} characters at most`),
    expires_at: expiresAt,
    /** null: never. Absent: stays as it is; of a new one a week before the end. */
    remind_at: time("remind_at").nullish(),
  })
  .refine(({ expires_at, remind_at }) => !remind_at || remind_at < expires_at, {
    path: ["remind_at"],
    error: "remind_at must be before expires_at",
  })
  .refine(
    ({ host, label: ofLabel, team }) => [host, ofLabel, team].filter(Boolean).length === 1,
    "say whom it lets off: exactly one of host, label and team",
  );
export type GitopsExemption = z.output<typeof exemption>;

const OTHERS = ["policies", "labels", "teams", "exemptions"] as const;
export type Other = (typeof OTHERS)[number];

export const gitopsBody = z.strictObject({
  settings: settings.nullish(),
  /** The enroll secrets of hosts in no team. */
  secrets: secretList.nullish(),
  teams: z.array(team).max(TEAMS_MAX, atMost(TEAMS_MAX, "teams")).default([]),
  /** What is set for hosts in no team. */
  no_team: z.strictObject({ webhook_settings: teamWebhooks }).nullish(),
  labels: z.array(label).max(LABELS_MAX, atMost(LABELS_MAX, "labels")).default([]),
  policies: z.array(policy).max(POLICIES_MAX, atMost(POLICIES_MAX, "policies")).default([]),
  exemptions: z
    .array(exemption)
    .max(EXEMPTIONS_MAX, atMost(EXEMPTIONS_MAX, "exemptions"))
    .default([]),
  /** Of what the lists are the whole, so that what they leave out was made elsewhere. */
  complete: z
    .strictObject({
      /** Teams whose policies are all here; "" is the policies of all teams. */
      policies: z
        .array(z.string())
        .max(TEAMS_MAX + 2)
        .default([]),
      exemptions: z
        .array(z.string())
        .max(TEAMS_MAX + 2)
        .default([]),
      labels: z.boolean().default(false),
      teams: z.boolean().default(false),
    })
    .default({ policies: [], exemptions: [], labels: false, teams: false }),
  /** What was made elsewhere and is to go. Everything else of it is kept, and told. */
  delete_other: z.array(z.enum(OTHERS)).default([]),
  /** New SQL that osquery could not run is refused unless this says so. */
  allow_sql_errors: z.boolean().default(false),
  /** Kept with every version of a policy that this makes. */
  reason: z.string().trim().max(REASON_CHARACTERS_MAX).default(""),
  dry_run: z.boolean().default(false),
});
export type GitopsInput = z.output<typeof gitopsBody>;
/** What a client sends. */
export type GitopsBody = z.input<typeof gitopsBody>;

const fields = z.record(z.string(), z.unknown());

/** Why something is of other hosts though it says the same. */
const cause = z.object({
  kind: z.enum(["label", "team"]).describe("a label that is edited, or a team that is deleted"),
  name: z.string(),
  entering: z.int().describe("hosts that come in by it"),
  leaving: z.int().describe("hosts that leave by it"),
  pending: z.int().describe("hosts that have to answer it first"),
});

const hosts = z.int().nullable();

/** null where it means nothing. Hosts are those that the caller may count. */
const gitopsCounts = z.object({
  hosts: hosts.describe("hosts concerned: asked before or after, let off, in the team"),
  hosts_before: hosts.describe("of policies those asked, of exemptions those let off, as it is"),
  hosts_after: hosts.describe("the same as it will be; who is not known to be out counts"),
  hosts_entering: hosts.describe("of policies and exemptions: hosts known to come in"),
  hosts_leaving: hosts.describe("of policies and exemptions: hosts known to leave"),
  hosts_pending: hosts.describe(
    "hosts of which it is known only when they have answered the new SQL of a label; until then what they said of the old one holds",
  ),
  because: z
    .array(cause)
    .describe("labels and teams by which hosts move, or that hosts have to answer first"),
});
export type GitopsCounts = z.output<typeof gitopsCounts>;
export type GitopsCause = z.output<typeof cause>;

/** Whether it is of other hosts when it is applied, or may be when they have answered. */
export const isMoved = ({ hosts_entering, hosts_leaving, hosts_pending }: GitopsCounts): boolean =>
  Boolean(hosts_entering || hosts_leaving || hosts_pending);

export const gitopsChange = gitopsCounts.extend({
  kind: z.enum(["settings", "secrets", "team", "label", "policy", "exemption", "webhook"]),
  name: z.string(),
  /** Of policies and exemptions: whose policy it is; "" is all teams. */
  team: z.string().nullable(),
  action: z
    .enum(["create", "update", "delete", "none", "keep"])
    .describe(
      "keep: made elsewhere, and left alone. none: it is as it was, though perhaps of other hosts",
    ),
  /** Where it stands in the request, such as policies.3; null: the request does not name it. */
  place: z.string().nullable(),
  before: fields,
  after: fields,
});
export type GitopsChange = z.output<typeof gitopsChange>;

const place = z.object({ place: z.string(), message: z.string() });
export type Warning = z.output<typeof place>;

export const gitopsReply = z.object({
  dry_run: z.boolean(),
  changes: z.array(gitopsChange),
  warnings: z.array(place),
});
export type GitopsReply = z.output<typeof gitopsReply>;

export const exportQuery = z.object({
  /** Only this team's: "" is what is of all teams, "No team" of hosts in none. */
  team: z
    .string()
    .max(NAME_CHARACTERS_MAX)
    .transform((team) => team.trim())
    .optional(),
});

const objects = z.array(fields);
/** In the shape that the apply takes, with empty values left out. */
export const exportReply = z.object({
  settings: fields.optional(),
  teams: objects.optional(),
  no_team: fields.optional(),
  labels: objects.optional(),
  policies: objects,
  exemptions: objects,
});
export type GitopsExport = z.output<typeof exportReply>;

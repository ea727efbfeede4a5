import { z } from "zod";
import { listOptions, queryNumber } from "#lib/http/list-options.ts";

/** What a receiver takes in one request: a host is some 150 bytes, so this stays below 2 MB. */
export const HOSTS_PER_DELIVERY_MAX = 10_000;
const POLICIES_MAX = 5_000;
const URL_CHARACTERS_MAX = 2_048;
/** What stands for the secret part of an address where it is not shown. */
export const HIDDEN = "********";

export const KINDS = ["failing_policies", "activities"] as const;
export type WebhookKind = (typeof KINDS)[number];
export const EVENTS = ["failing", "recovered", "activity", "test"] as const;
export type DeliveryEvent = (typeof EVENTS)[number];
export const STATUSES = ["waiting", "sent", "failed", "dropped"] as const;
export type DeliveryStatus = (typeof STATUSES)[number];

/** URL.parse of newer browsers. */
export const urlOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

const PROBLEM = "Use an absolute URL such as https://hooks.example/muster";
const destination = z
  .string()
  .trim()
  .max(URL_CHARACTERS_MAX, `An address may have ${URL_CHARACTERS_MAX} characters at most`)
  .refine((url) => url === "" || /^https?:$/.test(urlOf(url)?.protocol ?? ""), PROBLEM)
  .refine((url) => !url.includes(HIDDEN), "Give the whole address: a part of it is hidden");

const BATCH_RANGE = `Enter a whole number of hosts from 0 (as many as fit) to ${HOSTS_PER_DELIVERY_MAX}`;
const batchSize = z.int(BATCH_RANGE).min(0, BATCH_RANGE).max(HOSTS_PER_DELIVERY_MAX, BATCH_RANGE);
const policyIds = z
  .array(z.int("policy_ids must be a list of policies' ids").positive())
  .max(POLICIES_MAX, `One webhook may tell of ${POLICIES_MAX} policies at most`);

/** Fleet's keys (contract: fleet-api 4.1), and one more. What is absent stays as it is. */
export const failingPoliciesBody = z.strictObject({
  enable_failing_policies_webhook: z.boolean().nullish(),
  destination_url: destination.nullish(),
  policy_ids: policyIds.nullish(),
  host_batch_size: batchSize.nullish(),
  /** Also tells of hosts that pass again. */
  enable_recovered_webhook: z.boolean().nullish(),
});
export type FailingPoliciesPatch = z.output<typeof failingPoliciesBody>;

export const activitiesBody = z.strictObject({
  enable_activities_webhook: z.boolean().nullish(),
  destination_url: destination.nullish(),
});
export type ActivitiesPatch = z.output<typeof activitiesBody>;

/** About things Muster does not do: accepted, and not kept. */
const foreign = z.unknown().optional();

export const teamWebhooksBody = z.strictObject({
  failing_policies_webhook: failingPoliciesBody.nullish(),
  host_status_webhook: foreign,
  host_activities_webhook: foreign,
});

export const globalWebhooksShape = {
  ...teamWebhooksBody.shape,
  activities_webhook: activitiesBody.nullish(),
  vulnerabilities_webhook: foreign,
};

export const failingPoliciesJson = z.object({
  enable_failing_policies_webhook: z.boolean(),
  /** For those who may not change it only where it goes: the rest may be a secret. */
  destination_url: z.string(),
  policy_ids: z.array(z.int()),
  host_batch_size: z.int(),
  enable_recovered_webhook: z.boolean(),
});
export type FailingPoliciesJson = z.output<typeof failingPoliciesJson>;

export const activitiesJson = z.object({
  enable_activities_webhook: z.boolean(),
  destination_url: z.string(),
});
export type ActivitiesWebhookJson = z.output<typeof activitiesJson>;

const NEEDS_URL = {
  error: "An enabled webhook needs the URL to send to",
  path: ["destination_url"],
};

/** What the console's forms hold, which is all of it. */
export const automationForm = failingPoliciesJson
  .extend({ destination_url: destination, policy_ids: policyIds, host_batch_size: batchSize })
  .refine((form) => !form.enable_failing_policies_webhook || form.destination_url, NEEDS_URL);
export const activitiesForm = activitiesJson
  .extend({ destination_url: destination })
  .refine((form) => !form.enable_activities_webhook || form.destination_url, NEEDS_URL);

export const teamWebhooksJson = z.object({
  host_status_webhook: z.record(z.string(), z.unknown()),
  failing_policies_webhook: failingPoliciesJson,
});

export const globalWebhooksJson = teamWebhooksJson.extend({
  activities_webhook: activitiesJson,
  /** How far apart two deliveries about the same policy are at least, as 5s or 24h0m0s. */
  interval: z.string(),
});

/** Absent: the webhook of all teams' policies. 0: that of hosts in no team. */
export const ownerQuery = z.object({ team_id: queryNumber("team_id") });

export const automationReply = z.object({ failing_policies_webhook: failingPoliciesJson });
export type AutomationJson = z.output<typeof automationReply>;

export const webhookChoice = z.object({
  kind: z.enum(KINDS).default("failing_policies"),
  /** null or absent: the webhook of all teams' policies. 0: that of hosts in no team. */
  team_id: z.int().nonnegative().nullish(),
});

/** Shown this once; the old one ends at once. */
export const secretReply = z.object({ secret: z.string() });

export const listDeliveriesQuery = z.object({
  ...ownerQuery.shape,
  kind: z.enum(KINDS).default("failing_policies"),
  status: z.enum(STATUSES).optional(),
  ...listOptions(["id"]),
});
export type ListDeliveries = z.output<typeof listDeliveriesQuery>;

export const deliveryParams = z.object({
  id: z
    .string()
    .regex(/^\d{1,15}$/, "delivery id is not a number")
    .transform(Number),
});

export const deliveryJson = z.object({
  id: z.int(),
  /** The webhook-id that receivers get, the same at every attempt. */
  webhook_id: z.string(),
  event: z.enum(EVENTS),
  status: z.enum(STATUSES),
  policy: z.object({ id: z.int(), name: z.string() }).nullable(),
  /** How many hosts it was made for, and how many were in what was sent last. */
  hosts: z.int().nullable(),
  sent_hosts: z.int().nullable(),
  activity_type: z.string().nullable(),
  attempts: z.int(),
  response_status: z.int().nullable(),
  error: z.string().nullable(),
  created_at: z.iso.datetime(),
  attempted_at: z.iso.datetime().nullable(),
  /** null: no further attempt. */
  next_attempt_at: z.iso.datetime().nullable(),
});
export type DeliveryJson = z.output<typeof deliveryJson>;

export const deliveriesReply = z.object({
  deliveries: z.array(deliveryJson),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
});
export type DeliveriesJson = z.output<typeof deliveriesReply>;
export const deliveryReply = z.object({ delivery: deliveryJson });

import { changes } from "#lib/activities/activities.ts";
import { env } from "#lib/env.ts";
import { invalid } from "#lib/errors.ts";
import { literalProblem } from "./addresses.ts";
import { type ActivitiesPatch, type FailingPoliciesPatch, urlOf } from "./schema.ts";
import { hiddenUrl, type Webhook } from "./webhook.ts";

/** What to change; undefined stays as it is. */
export type WebhookPatch = { [K in keyof Webhook]?: Webhook[K] | undefined };

const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

export const patchOfFailing = (body: FailingPoliciesPatch): WebhookPatch => ({
  enabled: given(body.enable_failing_policies_webhook),
  url: given(body.destination_url),
  policyIds: given(body.policy_ids),
  hostBatchSize: given(body.host_batch_size),
  tellsRecovered: given(body.enable_recovered_webhook),
});

export const patchOfActivities = (body: ActivitiesPatch): WebhookPatch => ({
  enabled: given(body.enable_activities_webhook),
  url: given(body.destination_url),
});

/** A webhook with some of it replaced. Throws `invalid` when it could not be sent. */
export function mergedWebhook(before: Webhook, patch: WebhookPatch): Webhook {
  const set = Object.entries(patch).filter(([, value]) => value !== undefined);
  const after: Webhook = { ...before, ...Object.fromEntries(set) };
  after.policyIds = [...new Set(after.policyIds)].sort((a, b) => a - b);
  if (after.enabled && after.url === "") {
    throw invalid("destination_url", "An enabled webhook needs the URL to send to");
  }
  const url = after.url === before.url ? null : urlOf(after.url);
  const problem = url && literalProblem(url, env().webhookPrivateAddresses);
  if (problem) throw invalid("destination_url", problem);
  return after;
}

/** As activities and plans tell it: never the whole address. */
export const toldWebhook = ({ url, policyIds, ...rest }: Webhook) => ({
  enabled: rest.enabled,
  destination_url: hiddenUrl(url),
  policy_ids: policyIds,
  host_batch_size: rest.hostBatchSize,
  tells_recovered: rest.tellsRecovered,
});

/** What differs, as told; an address that differs only in what is hidden is said to. */
export function webhookChanges(before: Webhook, after: Webhook) {
  const told = changes(toldWebhook(before), toldWebhook(after));
  if (before.url !== after.url && told.after.destination_url === undefined) {
    told.before.destination_url = hiddenUrl(before.url);
    told.after.destination_url = `${hiddenUrl(after.url)} (changed)`;
  }
  return told;
}

import type { Executor, Transaction } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { mergedWebhook, patchOfActivities, patchOfFailing } from "./change.ts";
import type { ActivitiesPatch, FailingPoliciesPatch } from "./schema.ts";
import { readWebhook, seenWebhook, type Webhook } from "./webhook.ts";
import { writeWebhook } from "./webhooks.ts";

/** The webhooks among the organisation's settings. */
export interface Webhooks {
  failing: Webhook;
  activities: Webhook;
}

export interface WebhooksPatch {
  failing_policies_webhook?: FailingPoliciesPatch | null | undefined;
  activities_webhook?: ActivitiesPatch | null | undefined;
}

const FAILING = { kind: "failing_policies", teamId: null } as const;
const ACTIVITIES = { kind: "activities", teamId: null } as const;

const patchesOf = (patch: WebhooksPatch) => ({
  failing: patch.failing_policies_webhook && patchOfFailing(patch.failing_policies_webhook),
  activities: patch.activities_webhook && patchOfActivities(patch.activities_webhook),
});

/** As the viewer may see them. */
export async function readWebhooks(executor: Executor, viewer: Viewer): Promise<Webhooks> {
  return {
    failing: await seenWebhook(executor, viewer, FAILING),
    activities: await seenWebhook(executor, viewer, ACTIVITIES),
  };
}

/** What writeWebhooks would change. Throws `invalid` where it would. */
export async function planWebhooks(
  executor: Executor,
  given: WebhooksPatch,
): Promise<{ before: Webhooks; after: Webhooks }> {
  const patches = patchesOf(given);
  const before = {
    failing: await readWebhook(executor, FAILING),
    activities: await readWebhook(executor, ACTIVITIES),
  };
  const after = {
    failing: mergedWebhook(before.failing, patches.failing ?? {}),
    activities: mergedWebhook(before.activities, patches.activities ?? {}),
  };
  return { before, after };
}

/** Changes those that are given; authorized by each. */
export async function writeWebhooks(
  tx: Transaction,
  viewer: Viewer,
  given: WebhooksPatch,
): Promise<void> {
  const { failing, activities } = patchesOf(given);
  if (failing) await writeWebhook(tx, viewer, FAILING, failing);
  if (activities) await writeWebhook(tx, viewer, ACTIVITIES, activities);
}

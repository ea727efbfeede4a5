import { database } from "#lib/database.ts";
import { type HostSet, intersection, sizeOf } from "#lib/host-set.ts";
import type { PolicyRecord } from "#lib/policies/sql.ts";
import { urlOf } from "#lib/webhooks/schema.ts";
import { readWebhook } from "#lib/webhooks/webhook.ts";
import type { Edit } from "./concerned.ts";
import type { ImpactJson } from "./schema.ts";

/** Who would fail. */
export interface Expected {
  newly: ImpactJson["newly_failing"];
  /** Hosts that webhooks would be told of as failing; undefined: nobody knows. */
  told: number | undefined;
}

/**
 * The webhook that tells of the policy. That a host recovered is told where it answers new SQL before the
 * worker has seen that its old answer is void, so nobody can say of how many: at most those that fail.
 */
export async function automationsOf(
  { after, startsAnew, asked, wouldAsk }: Edit & { after: PolicyRecord },
  { told }: Expected,
  failing: HostSet,
): Promise<ImpactJson["automations"]> {
  if (after.pausedAt) return [];
  const choice = { kind: "failing_policies", teamId: after.teamId } as const;
  const webhook = await readWebhook(database(), choice);
  const destination = urlOf(webhook.url)?.hostname;
  if (!webhook.enabled || !destination || !webhook.policyIds.includes(after.id)) return [];
  const mayRecover = startsAnew && webhook.tellsRecovered;
  const recovered = mayRecover ? sizeOf(intersection(failing, intersection(asked, wouldAsk))) : 0;
  if (told === 0 && recovered === 0) return [];
  const basis = told === undefined ? "unknown" : "sample";
  return [{ kind: "webhook", destination, hosts: told ?? 0, basis, recovered }];
}

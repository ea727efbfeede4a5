import { type Database, databaseNow, type Transaction, transaction } from "#db/client.ts";
import { newDelivery } from "#lib/webhooks/deliveries.ts";
import { HOSTS_PER_DELIVERY_MAX } from "#lib/webhooks/schema.ts";
import { clearSent, insertDeliveries } from "#lib/webhooks/sql.ts";
import {
  type ChosenPolicy,
  deleteKnown,
  type FailingHost,
  insertKnown,
  lockChosen,
  selectEnded,
  selectFailing,
  updateChosen,
  upsertKnown,
} from "./sql.ts";

/*
 * Who newly fails is found by comparison: `policy_membership` says who fails, `webhook_hosts` whose
 * failing is known, and what is in the one and not in the other is news. News and the delivery that
 * tells of it are written in one transaction, so that nothing is told twice or forgotten, whoever dies
 * when; and what agents answer costs nothing more, whether or not a policy has a webhook.
 *
 * A host is known until it passes or has no answer that counts (edited SQL, another scope, gone).
 * Errors, staleness and exemptions in between keep it known: `passes` holds the last pass or fail
 * through all of them. One that passed and fails again between two looks has another `since`, and its
 * changes of state are looked up to tell that from an error in between.
 *
 * Rejected: rows written by the agents' commits, a price for every flip of every policy; and a cursor
 * over `policy_transitions`, whose ids become visible out of order and whose times are those of the
 * asking, hours before the commit.
 */

/** Rows that one transaction writes; the rest follows in the next. */
const KNOWN_PER_STEP = 5_000;

/** Hosts of one delivery, and of a step: as many deliveries as fit, so that only the last is short. */
function sizesOf({ hostBatchSize }: ChosenPolicy): { batch: number; step: number } {
  const batch = Math.min(hostBatchSize || HOSTS_PER_DELIVERY_MAX, HOSTS_PER_DELIVERY_MAX);
  return { batch, step: Math.floor(HOSTS_PER_DELIVERY_MAX / batch) * batch };
}

/**
 * One bounded step for a chosen policy: writes down what is new, and its deliveries. True when there
 * may be more.
 */
export function takeNews(db: Database, policyId: number): Promise<boolean> {
  return transaction(db, async (tx) => {
    const policy = await lockChosen(tx, policyId);
    if (!policy) return false;
    if (!policy.isArmed) {
      if ((await insertKnown(tx, policy, KNOWN_PER_STEP)) > 0) return true;
      await updateChosen(tx, policyId, { isArmed: true });
    }
    const { step } = sizesOf(policy);
    const ended = await selectEnded(tx, policy, step);
    const failing = await selectFailing(tx, policy, step);
    await deleteKnown(
      tx,
      policyId,
      ended.map(({ hostId }) => hostId),
    );
    await upsertKnown(tx, policy, failing);
    await tell(tx, policy, failing, ended);
    return failing.length === step || ended.length === step;
  });
}

async function tell(
  tx: Transaction,
  policy: ChosenPolicy,
  failing: readonly FailingHost[],
  ended: readonly { hostId: number; isRecovery: boolean }[],
): Promise<void> {
  const { policyId, teamKey, tellsRecovered } = policy;
  const fresh = failing.filter(({ isKnown }) => !isKnown).map(({ hostId }) => hostId);
  const back = ended.filter(({ isRecovery }) => tellsRecovered && isRecovery);
  const recovered = back.map(({ hostId }) => hostId);
  if (fresh.length === 0 && recovered.length === 0) return;
  await clearSent(tx, policyId, fresh);
  const at = await databaseNow(tx);
  const { batch } = sizesOf(policy);
  const key = { kind: "failing_policies", teamKey } as const;
  await insertDeliveries(tx, [
    ...inBatches(recovered, batch).map((hostIds) =>
      newDelivery(key, { event: "recovered", policyId, hostIds }, at),
    ),
    ...inBatches(fresh, batch).map((hostIds) =>
      newDelivery(key, { event: "failing", policyId, hostIds }, at),
    ),
  ]);
  await updateChosen(tx, policyId, { toldNow: true });
}

function inBatches(ids: readonly number[], size: number): number[][] {
  const batches: number[][] = [];
  for (let at = 0; at < ids.length; at += size) batches.push(ids.slice(at, at + size));
  return batches;
}

import { type Database, databaseNow, transaction } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { selectPolicyRecords } from "#lib/policies/sql.ts";
import { record } from "./exemptions.ts";
import { lockDueReminders, selectTarget, updateExemption } from "./sql.ts";

const REMINDERS_PER_STEP = 100;

/**
 * Writes down, once each, that exemptions end soon: in the activity feed, which people with a global
 * role read, and from where it goes to the webhook of activities. People of teams see how many end soon in the navigation. Returns how many reminders one bounded step gave.
 */
export function remindOfEnds(db: Database): Promise<number> {
  return transaction(db, async (tx) => {
    const now = await databaseNow(tx);
    const due = await lockDueReminders(tx, now, REMINDERS_PER_STEP);
    const policies = await selectPolicyRecords(
      tx,
      due.map((row) => row.policyId),
    );
    for (const row of due) {
      await updateExemption(tx, row.id, { remindedAt: now });
      const policy = policies.find(({ id }) => id === row.policyId);
      if (!policy) continue;
      const target = await selectTarget(tx, row);
      await record(tx, SYSTEM, "exemption_ends_soon", policy, {
        exemption_id: row.id,
        target_name: target?.name ?? "<deleted>",
        expires_at: row.expiresAt.toISOString(),
        reason: row.reason,
      });
    }
    return due.length;
  });
}

import { databaseNow, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { selectPolicyRecords } from "#lib/policies/sql.ts";
import { selectChosenPolicies } from "#lib/webhooks/sql.ts";
import type { ResetAutomations } from "./schema.ts";
import { resetPolicies } from "./sql.ts";

/**
 * Has all hosts that fail now told of, as if they had begun to: of these policies, and of all that
 * these teams' webhooks tell of (0: no team). Policies without a webhook are left as they are.
 */
export async function resetAutomations(viewer: Viewer, input: ResetAutomations): Promise<void> {
  const teamIds = [...new Set(input.team_ids ?? [])];
  for (const teamId of teamIds) authorize(viewer, "automation:write", { teamId });
  const ids = [...new Set(input.policy_ids ?? [])];
  await transaction(database(), async (tx) => {
    const named = await selectPolicyRecords(tx, ids);
    for (const id of ids) {
      const policy = named.find((one) => one.id === id);
      authorize(viewer, "automation:write", { teamId: policy?.teamId ?? null });
      if (!policy) throw notFound(`Policy ${id}`);
    }
    const chosen = await selectChosenPolicies(tx);
    const reset = chosen.filter(
      ({ policyId, teamKey }) => ids.includes(policyId) || teamIds.includes(teamKey),
    );
    const policyIds = reset.map(({ policyId }) => policyId);
    await resetPolicies(tx, policyIds, await databaseNow(tx));
    await recordActivity(tx, viewer, {
      type: "reset_automations",
      details: { team_ids: teamIds, policy_ids: policyIds },
    });
  });
}

import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { deleteSecretsOfTeam } from "#lib/enroll-secrets/sql.ts";
import { endExemptionsOf } from "#lib/membership/end-exemptions.ts";
import { moveHostsToTeam } from "#lib/membership/membership.ts";
import { retirePolicies } from "#lib/membership/retire-policy.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { deleteWebhooksOfTeam } from "#lib/webhooks/sql.ts";
import { deletePoliciesOfTeam, deleteTeamRow, selectHostIdsOfTeam } from "./sql.ts";
import { requireTeam } from "./teams.ts";

/** Short enough not to hold up the agents' writes. */
export const HOSTS_PER_TRANSACTION = 500;

/**
 * Removes a team with its policies and secrets; its hosts go to no team. People who had no other
 * role stay without one: they can sign in and see nothing, until an admin gives them one.
 *
 * In steps: the secrets, so that no more hosts come; the hosts, some at a time; the rest at once.
 * Interrupted, it leaves a team with fewer hosts and no secrets, and the next attempt goes on.
 */
export async function deleteTeam(viewer: Viewer, { id }: { id: number }): Promise<void> {
  authorize(viewer, "team:write", { teamId: id });
  await transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    await requireTeam(tx, id);
    await deleteSecretsOfTeam(tx, id);
  });
  let moved = 0;
  for (;;) {
    const step = await moveSome(id);
    moved += step;
    if (step === HOSTS_PER_TRANSACTION) continue;
    if (await finish(viewer, id, moved)) return;
  }
}

/** How many hosts went; fewer than a step when there were no more. */
function moveSome(teamId: number): Promise<number> {
  return transaction(database(), async (tx) => {
    const hostIds = await selectHostIdsOfTeam(tx, teamId, HOSTS_PER_TRANSACTION);
    await moveHostsToTeam(tx, hostIds, null);
    return hostIds.length;
  });
}

/** False when hosts were put into the team meanwhile, more than a step of them. */
function finish(viewer: Viewer, id: number, movedBefore: number): Promise<boolean> {
  return transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    // Whoever puts hosts into a team holds the policies, and waits for the end of this.
    await raiseRevision(tx, "policies");
    return removeTeam(tx, viewer, id, movedBefore);
  });
}

/**
 * The last step, and all of it for a team of few hosts. The caller has authorized it and raised both
 * revisions. False, and nothing is written, when there are as many hosts as one transaction may move.
 */
export async function removeTeam(
  tx: Transaction,
  viewer: Viewer,
  id: number,
  movedBefore = 0,
): Promise<boolean> {
  const { name } = await requireTeam(tx, id);
  const hostIds = await selectHostIdsOfTeam(tx, id, HOSTS_PER_TRANSACTION);
  if (hostIds.length === HOSTS_PER_TRANSACTION) return false;
  await moveHostsToTeam(tx, hostIds, null);
  const policies = await deleteRest(tx, id);
  await recordActivity(tx, viewer, {
    type: "deleted_team",
    details: {
      team_id: id,
      team_name: name,
      hosts_count: movedBefore + hostIds.length,
      policies_count: policies,
    },
  });
  return true;
}

/** How many policies went. */
async function deleteRest(tx: Transaction, id: number): Promise<number> {
  const policyIds = await deletePoliciesOfTeam(tx, id);
  await retirePolicies(tx, policyIds);
  await endExemptionsOf(tx, "teamId", [id], await databaseNow(tx));
  await deleteSecretsOfTeam(tx, id);
  await deleteWebhooksOfTeam(tx, id);
  await deleteTeamRow(tx, id);
  return policyIds.length;
}

import { databaseNow, type Transaction } from "#db/client.ts";
import { notFound } from "#lib/errors.ts";
import { deleteMembershipsOfHosts } from "./answer-sql.ts";
import { readCard, rowStateOf } from "./card.ts";
import { MembershipChanges } from "./changes.ts";
import { endExemptionsOf } from "./end-exemptions.ts";
import { HostAnswers } from "./host-answers.ts";
import { endVerdicts } from "./host-verdicts.ts";
import { endHostVersions, recordHostVersions } from "./host-versions.ts";
import { courtOf, holdBench } from "./judge.ts";
import { keepLabelRows } from "./label-sql.ts";
import { entryCounts, policyApplies } from "./scope.ts";
import { lockHosts, teamExists, tombstoneAgents, updateTeam } from "./sql.ts";
import { inSteps, writeHosts } from "./write-hosts.ts";

/**
 * Throws `not_found` unless hosts may go to the team (null: none). Call it after holdPolicies, which
 * the deletion of a team waits for: a host in a team that is gone would be in nobody's sight.
 */
export async function requireTeam(tx: Transaction, teamId: number | null): Promise<void> {
  if (teamId !== null && !(await teamExists(tx, teamId))) throw notFound(`Team ${teamId}`);
}

/**
 * Takes hosts to another team (null: none) with what that means for their answers: those to the
 * old team's policies retire, those to global ones are counted for the new team. Unknown ids are
 * skipped. The caller records the activity.
 */
export async function moveHostsToTeam(
  tx: Transaction,
  hostIds: readonly number[],
  teamId: number | null,
): Promise<void> {
  const bench = await holdBench(tx);
  await requireTeam(tx, teamId);
  const court = courtOf(bench);
  const at = await databaseNow(tx);
  for (const step of inSteps(hostIds)) {
    const changes = new MembershipChanges();
    const hosts = (await lockHosts(tx, step))
      .filter((host) => host.teamId !== teamId)
      .map((host) => new HostAnswers(host, court, changes));
    for (const host of hosts) host.moveTo({ teamId }, at);
    await updateTeam(tx, step, teamId);
    await recordHostVersions(tx, step, at);
    const finished = hosts.map((host) => host.finish(at));
    await writeHosts(tx, finished, changes, at);
  }
}

/** Takes the answers of hosts that are about to be deleted out of rows and counts, and ends their keys. */
export async function retireHosts(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  const bench = await holdBench(tx);
  const at = await databaseNow(tx);
  for (const step of inSteps(hostIds)) {
    const changes = new MembershipChanges();
    for (const host of await lockHosts(tx, step)) {
      const card = readCard(host.card);
      for (const policy of bench.policies) {
        const entry = card.get(policy.id);
        if (!entry || !policyApplies(policy, host)) continue;
        if (entryCounts(entry, policy, host)) {
          changes.count(policy.id, host.teamId, policy.revision, rowStateOf(entry), -1);
        }
      }
    }
    await keepLabelRows(tx, "host_id IN (?)", [step], at);
    await deleteMembershipsOfHosts(tx, step);
    await tombstoneAgents(tx, step);
    await endExemptionsOf(tx, "hostId", step, at);
    await endHostVersions(tx, step, at);
    await endVerdicts(tx, step, at);
    await changes.write(tx, at);
  }
}

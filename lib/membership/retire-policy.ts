import { databaseNow, type Transaction } from "#db/client.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import {
  countMemberships,
  deleteStats,
  insertStats,
  retirePolicyOnHosts,
  retirePolicyOnPlatforms,
  selectAnsweredScopes,
} from "./answer-sql.ts";
import { endExemptionsOf } from "./end-exemptions.ts";
import { labelsOfCard } from "./label-card.ts";
import { readRules } from "./rules.ts";
import { type Scope, scopeOf } from "./scope.ts";
import { endPolicyVersions } from "./versions.ts";

/**
 * Counts a policy's hosts anew and replaces its counts. The caller must have raised or locked the
 * policies revision, which keeps commits away.
 */
export async function recountPolicy(
  tx: Transaction,
  policy: { id: number; revision: number },
): Promise<void> {
  const at = await databaseNow(tx);
  const counted = await countMemberships(tx, policy.id);
  const teamIds = [...new Set(counted.map((row) => row.teamId))].sort((a, b) => a - b);
  const hostsOf = (teamId: number, state: string) =>
    counted.find((row) => row.teamId === teamId && row.state === state)?.hosts ?? 0;
  await deleteStats(tx, [policy.id]);
  await insertStats(
    tx,
    teamIds.map((teamId) => ({
      policyId: policy.id,
      teamId,
      revision: policy.revision,
      passing: hostsOf(teamId, "pass"),
      failing: hostsOf(teamId, "fail"),
      erroring: hostsOf(teamId, "error"),
      stale: hostsOf(teamId, "stale"),
      exempt: hostsOf(teamId, "exempt"),
      countedAt: at,
      updatedAt: at,
    })),
  );
}

/**
 * Retires a policy's answers on platforms that leave its scope. The caller has raised the
 * policies revision, which keeps commits away. Cards keep the entries; platform_since makes them void
 * should the platform come back.
 */
export async function retirePlatforms(
  tx: Transaction,
  policy: { id: number; revision: number },
  families: readonly string[],
): Promise<void> {
  await retirePolicyOnPlatforms(tx, policy.id, families, await databaseNow(tx));
  await recountPolicy(tx, policy);
}

/**
 * Ends deleted policies. Their membership rows need no deleting now: every statement joins the
 * policy, so they are invisible, and the worker removes them in bounded steps.
 */
export async function retirePolicies(tx: Transaction, policyIds: readonly number[]): Promise<void> {
  const at = await databaseNow(tx);
  await endPolicyVersions(tx, policyIds, at);
  await endExemptionsOf(tx, "policyId", policyIds, at);
  await deleteStats(tx, policyIds);
}

/** Hosts looked at per statement: half a megabyte of cards. */
const HOSTS_PER_STEP = 5_000;

/**
 * Retires a policy's answers of hosts that rules by label keep out from now on, and of those of which
 * that is not known yet. The caller has raised the policies revision and written the new rules and the
 * era that ended, which makes the entries on cards void. The rule is applied here and not in SQL, so
 * that there is one; what it costs is one look at the cards of those who answered.
 */
export async function retireScope(
  tx: Transaction,
  policy: { id: number; revision: number; teamId: number | null; platform: string },
  labelScope: LabelScope | null,
): Promise<void> {
  if (!labelScope) return;
  const { manualLabels } = await readRules(tx, []);
  const at = await databaseNow(tx);
  const scope = { ...policy, labelScope, manualLabels };
  for (let afterId = 0; ; ) {
    const rows = await selectAnsweredScopes(tx, policy, afterId, HOSTS_PER_STEP);
    const left: Record<Scope, number[]> = { in: [], out: [], unknown: [] };
    for (const { labelCard, ...host } of rows) {
      left[scopeOf(scope, { ...host, labels: labelsOfCard(labelCard) })].push(host.hostId);
    }
    await retirePolicyOnHosts(tx, policy.id, left.out, "not_applicable", at);
    await retirePolicyOnHosts(tx, policy.id, left.unknown, "pending", at);
    const last = rows.at(-1);
    if (!last || rows.length < HOSTS_PER_STEP) break;
    afterId = last.hostId;
  }
  await recountPolicy(tx, policy);
}

import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies, policyMembership, policyStats } from "#db/schema/policies.ts";
import { runHosts, runs } from "#db/schema/runs.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { blocksOf, type HostSet, hostSet } from "#lib/host-set.ts";

/** The hosts whose answers to a policy's present SQL stand in each state. */
export async function selectStateSets(
  executor: Executor,
  policy: { id: number; revision: number },
): Promise<ReadonlyMap<string, HostSet>> {
  const rows = await executor
    .select({ state: policyMembership.state, ...blocksOf(policyMembership.hostId) })
    .from(policyMembership)
    .where(
      and(eq(policyMembership.policyId, policy.id), eq(policyMembership.revision, policy.revision)),
    )
    .groupBy(policyMembership.state, blocksOf(policyMembership.hostId).block);
  const states = [...new Set(rows.map((row) => row.state))];
  return new Map(
    states.map((state) => [state, hostSet(rows.filter((row) => row.state === state))]),
  );
}

/** What a verdict is computed of, of some hosts. */
export function selectHostsToJudge(executor: Executor, ids: readonly number[]) {
  return executor
    .select({
      hostId: hosts.id,
      teamId: hosts.teamId,
      platformFamily: hosts.platformFamily,
      card: hostAgents.card,
      labelCard: hostAgents.labelCard,
    })
    .from(hosts)
    .innerJoin(hostAgents, eq(hostAgents.hostId, hosts.id))
    .where(inArray(hosts.id, [...ids]));
}

/** A run whose answers are those to a policy; undefined when it was another kind or is gone. */
export async function selectPolicyRun(executor: Executor, id: number) {
  const [row] = await executor
    .select({ query: runs.query, authorId: runs.authorId })
    .from(runs)
    .where(and(eq(runs.id, id), eq(runs.kind, "policy")));
  return row;
}

/** Who answered a run, and whether there were rows. Errors say nothing of the machine. */
export function selectRunAnswers(executor: Executor, scope: TeamScope, id: number) {
  return executor
    .select({
      hostId: runHosts.hostId,
      platformFamily: hosts.platformFamily,
      rowCount: runHosts.rowCount,
    })
    .from(runHosts)
    .innerJoin(hosts, eq(hosts.id, runHosts.hostId))
    .where(
      and(
        eq(runHosts.runId, id),
        eq(runHosts.state, "done"),
        isNotNull(runHosts.answeredAt),
        inScope(scope, hosts.teamId),
      ),
    );
}

/** Answers to the present SQL of some policies, by the counts that answers keep. */
export async function selectAnswerCount(
  executor: Executor,
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const { passing, failing, erroring, stale, exempt } = policyStats;
  const [row] = await executor
    .select({
      answers: sql<
        string | null
      >`sum(${passing} + ${failing} + ${erroring} + ${stale} + ${exempt})`,
    })
    .from(policyStats)
    .innerJoin(
      policies,
      and(eq(policies.id, policyStats.policyId), eq(policies.revision, policyStats.revision)),
    )
    .where(inArray(policyStats.policyId, [...ids]));
  return Number(row?.answers ?? 0);
}

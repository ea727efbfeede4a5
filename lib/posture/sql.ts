import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { Executor } from "#db/client.ts";
import { policies, policyStats, postureHistory } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";

const sum = (column: MySqlColumn) => sql<number>`ifnull(sum(${column}), 0)`.mapWith(Number);

/** Hosts of one team, or with undefined of every team in scope. */
function ofHosts(scope: TeamScope, column: MySqlColumn, teamId: number | undefined): SQL {
  const inView = inScope(scope, column);
  return teamId === undefined ? inView : (and(inView, eq(column, teamId)) ?? inView);
}

/** The first moment from `since` on that has a row. */
export async function selectFirstMoment(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
  since: Date,
): Promise<Date | undefined> {
  const [row] = await executor
    .select({ at: postureHistory.at })
    .from(postureHistory)
    .where(and(gte(postureHistory.at, since), ofHosts(scope, postureHistory.teamId, teamId)))
    .orderBy(asc(postureHistory.at))
    .limit(1);
  return row?.at;
}

export type PostureTotals = Awaited<ReturnType<typeof selectTotals>>[number];

/** Totals over the teams at these moments: by primary key, however long the history is. */
export function selectTotals(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
  moments: readonly Date[],
) {
  return executor
    .select({
      at: postureHistory.at,
      hosts: sum(postureHistory.hosts),
      online: sum(postureHistory.online),
      passing: sum(postureHistory.passing),
      failing: sum(postureHistory.failing),
      erroring: sum(postureHistory.erroring),
      verdictPass: sum(postureHistory.verdictPass),
      verdictFail: sum(postureHistory.verdictFail),
    })
    .from(postureHistory)
    .where(
      and(inArray(postureHistory.at, [...moments]), ofHosts(scope, postureHistory.teamId, teamId)),
    )
    .groupBy(postureHistory.at);
}

/** A team's own policies and global ones; with undefined those of every team in scope. */
function asked(scope: TeamScope, teamId: number | undefined): SQL | undefined {
  const inView = inScopeOrGlobal(scope, policies.teamId);
  if (teamId === undefined) return inView;
  return and(inView, or(isNull(policies.teamId), eq(policies.teamId, teamId)));
}

/** Live counts of the policy's present revision. */
const counted = (scope: TeamScope, teamId: number | undefined) =>
  and(
    eq(policyStats.policyId, policies.id),
    eq(policyStats.revision, policies.revision),
    ofHosts(scope, policyStats.teamId, teamId),
  );

const ANSWERS = {
  passing: sum(policyStats.passing),
  failing: sum(policyStats.failing),
  erroring: sum(policyStats.erroring),
  stale: sum(policyStats.stale),
};

export async function selectAnswers(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
) {
  const [row] = await executor
    .select(ANSWERS)
    .from(policies)
    .innerJoin(policyStats, counted(scope, teamId))
    .where(asked(scope, teamId));
  return row ?? { passing: 0, failing: 0, erroring: 0, stale: 0 };
}

export async function countAskedPolicies(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(policies)
    .where(asked(scope, teamId));
  return row?.count ?? 0;
}

export type WorstPolicy = Awaited<ReturnType<typeof selectWorstPolicies>>[number];

/** Policies that hosts fail, those that most fail first; of equal ones, the critical. */
export function selectWorstPolicies(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
  limit: number,
) {
  return executor
    .select({
      id: policies.id,
      name: policies.name,
      critical: policies.critical,
      teamId: policies.teamId,
      teamName: teams.name,
      ...ANSWERS,
    })
    .from(policies)
    .innerJoin(policyStats, counted(scope, teamId))
    .leftJoin(teams, eq(teams.id, policies.teamId))
    .where(asked(scope, teamId))
    .groupBy(policies.id, policies.name, policies.critical, policies.teamId, teams.name)
    .having(gt(ANSWERS.failing, 0))
    .orderBy(desc(ANSWERS.failing), desc(policies.critical), asc(policies.id))
    .limit(limit);
}

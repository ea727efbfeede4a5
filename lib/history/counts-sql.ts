import { and, asc, eq, gte, inArray, lte, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import { bulk, type Database, type Executor } from "#db/client.ts";
import { policyCounts } from "#db/schema/policies.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";

/**
 * Every policy's live counts, one row per team that has hosts it asks. Where labels decide who is
 * asked, pending is none at first: see updatePending.
 */
export async function insertPolicyCounts(db: Database, at: Date): Promise<void> {
  await db.$client.query(
    `INSERT INTO policy_counts (policy_id, at, team_id, passing, failing, erroring, stale, exempt,
     pending)
     SELECT a.policy_id, ?, a.team_id, ifnull(s.passing_host_count, 0),
     ifnull(s.failing_host_count, 0), ifnull(s.error_host_count, 0), ifnull(s.stale_host_count, 0),
     ifnull(s.exempt_host_count, 0), if(a.by_labels, 0, greatest(0, a.hosts
       - ifnull(s.passing_host_count + s.failing_host_count + s.error_host_count
       + s.stale_host_count + s.exempt_host_count, 0)))
     FROM (SELECT p.id AS policy_id, p.revision, p.label_scope IS NOT NULL AS by_labels, g.team_id,
       sum(g.hosts) AS hosts FROM policies p JOIN (
         SELECT ifnull(team_id, 0) AS team_id, platform_family, count(*) AS hosts FROM hosts
         GROUP BY 1, 2) g
       ON (p.team_id IS NULL OR p.team_id = g.team_id)
       AND (p.platform = '' OR find_in_set(g.platform_family, p.platform))
       GROUP BY p.id, p.revision, p.label_scope IS NOT NULL, g.team_id) a
     LEFT JOIN policy_stats s
     ON s.policy_id = a.policy_id AND s.team_id = a.team_id AND s.revision = a.revision
     ON DUPLICATE KEY UPDATE passing = VALUES(passing), failing = VALUES(failing),
     erroring = VALUES(erroring), stale = VALUES(stale), exempt = VALUES(exempt),
     pending = VALUES(pending)`,
    [at],
  );
}

/** Who has not answered, given how many hosts of a team a policy asks. Teams it asks nobody of get no row. */
export function updatePending(
  db: Database,
  policyId: number,
  at: Date,
  asked: readonly { teamId: number; hosts: number }[],
): Promise<void> {
  return bulk(
    db,
    `INSERT INTO policy_counts (policy_id, at, team_id, pending) VALUES ?
     ON DUPLICATE KEY UPDATE
     pending = greatest(0, VALUES(pending) - passing - failing - erroring - stale - exempt)`,
    asked
      .filter(({ hosts }) => hosts > 0)
      .map(({ teamId, hosts }) => [policyId, at, teamId, hosts]),
  );
}

/** Every moment that counts were written at: the index is skipped through. */
export async function selectCountedMoments(executor: Executor): Promise<Date[]> {
  const rows = await executor.selectDistinct({ at: policyCounts.at }).from(policyCounts);
  return rows.map((row) => row.at);
}

export async function deleteCountsAt(
  db: Database,
  moments: readonly Date[],
  limit: number,
): Promise<number> {
  const [result] = await db.$client.query<ResultSetHeader>(
    "DELETE FROM policy_counts WHERE at IN (?) LIMIT ?",
    [moments, limit],
  );
  return result.affectedRows;
}

export interface CountsOf {
  policyId: number;
  scope: TeamScope;
  /** undefined: every team in scope. 0: hosts in no team. */
  teamId: number | undefined;
}

const ofTeams = ({ policyId, scope, teamId }: CountsOf) =>
  and(
    eq(policyCounts.policyId, policyId),
    inScope(scope, policyCounts.teamId),
    teamId === undefined ? undefined : eq(policyCounts.teamId, teamId),
  );

/** When a policy's counts were written, from `from` to `to`. */
export async function selectMoments(
  executor: Executor,
  of: CountsOf,
  from: Date,
  to: Date,
): Promise<Date[]> {
  const rows = await executor
    .selectDistinct({ at: policyCounts.at })
    .from(policyCounts)
    .where(and(ofTeams(of), gte(policyCounts.at, from), lte(policyCounts.at, to)));
  return rows.map((row) => row.at);
}

const sum = (column: MySqlColumn) => sql<number>`sum(${column})`.mapWith(Number);

export type CountsRow = Awaited<ReturnType<typeof selectCounts>>[number];

/** Summed over the teams, oldest first: by primary key, however long the history is. */
export async function selectCounts(executor: Executor, of: CountsOf, moments: readonly Date[]) {
  if (moments.length === 0) return [];
  return executor
    .select({
      at: policyCounts.at,
      passing: sum(policyCounts.passing),
      failing: sum(policyCounts.failing),
      erroring: sum(policyCounts.erroring),
      stale: sum(policyCounts.stale),
      exempt: sum(policyCounts.exempt),
      pending: sum(policyCounts.pending),
    })
    .from(policyCounts)
    .where(and(ofTeams(of), inArray(policyCounts.at, [...moments])))
    .groupBy(policyCounts.at)
    .orderBy(asc(policyCounts.at));
}

export interface QueryChange extends RowDataPacket {
  revision: number;
  at: Date;
  authorName: string;
}

/** When a policy's SQL changed, and by whom. Its first SQL is no change. */
export async function selectQueryChanges(
  executor: Executor,
  policyId: number,
  from: Date,
): Promise<QueryChange[]> {
  const [rows] = await executor.$client.query<QueryChange[]>(
    `SELECT v.revision, v.created_at AS at, v.author_name AS authorName FROM policy_versions v
     JOIN (SELECT min(version) AS version FROM policy_versions WHERE policy_id = ?
       GROUP BY revision) first ON first.version = v.version
     WHERE v.policy_id = ? AND v.revision > 1 AND v.created_at >= ? ORDER BY v.version`,
    [policyId, policyId, from],
  );
  return rows;
}

import { and, asc, count, desc, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { Executor, Transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policies, policyStats } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { users } from "#db/schema/users.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import { blocksOf, hostSet } from "#lib/host-set.ts";
import { likeText, type Paging } from "#lib/http/list-options.ts";
import type { PolicyOrderKey } from "./schema.ts";

export type PolicyRecord = typeof policies.$inferSelect;

/** Names are stored byte by byte for uniqueness; people search and sort them without case. */
const name = sql`${policies.name} collate utf8mb4_unicode_ci`;

/** Which policies: "global" of all teams, a team's own (0: no team), or a team's and global ones. */
export type PolicyOwner = "global" | "any" | { teamId: number; inherited: boolean };

function ownedBy(owner: PolicyOwner): SQL | undefined {
  if (owner === "any") return undefined;
  if (owner === "global") return isNull(policies.teamId);
  const own = eq(policies.teamId, owner.teamId);
  return owner.inherited ? or(isNull(policies.teamId), own) : own;
}

/** Tags are without quotes, and stand in the column between two. */
const tagged = (tag: string) => sql`${policies.tags} like ${likeText(`"${tag}"`)}`;

/** What narrows a list of policies. */
export interface PolicyFilter {
  query?: string;
  /** Any of these. */
  tags?: readonly string[];
  /** Any control of it. */
  framework?: string;
}

function matching({ query, tags = [], framework }: PolicyFilter): SQL | undefined {
  return and(
    query ? sql`${name} like ${likeText(query)}` : undefined,
    tags.length > 0 ? or(...tags.map(tagged)) : undefined,
    framework ? sql`${policies.tags} like ${likeText(`"${framework}:`)}` : undefined,
  );
}

const sum = (column: MySqlColumn) => sql<number>`sum(${column})`.mapWith(Number);

/** The live counts of the hosts that the viewer sees, or of one team's hosts. */
function countsOf(executor: Executor, scope: TeamScope, teamId: number | undefined) {
  return executor
    .select({
      policyId: policyStats.policyId,
      revision: policyStats.revision,
      passing: sum(policyStats.passing).as("passing"),
      failing: sum(policyStats.failing).as("failing"),
      erroring: sum(policyStats.erroring).as("erroring"),
      stale: sum(policyStats.stale).as("stale"),
      exempt: sum(policyStats.exempt).as("exempt"),
      countedAt: sql<Date>`max(${policyStats.updatedAt})`
        .mapWith(policyStats.updatedAt)
        .as("counted"),
    })
    .from(policyStats)
    .where(
      and(
        inScope(scope, policyStats.teamId),
        teamId === undefined ? undefined : eq(policyStats.teamId, teamId),
      ),
    )
    .groupBy(policyStats.policyId, policyStats.revision)
    .as("counts");
}

type Counts = ReturnType<typeof countsOf>;

function orderColumn(counts: Counts, key: PolicyOrderKey): SQL {
  const columns: Record<PolicyOrderKey, SQL> = {
    name,
    id: sql`${policies.id}`,
    team_id: sql`${policies.teamId}`,
    platform: sql`${policies.platform}`,
    critical: sql`${policies.critical}`,
    created_at: sql`${policies.createdAt}`,
    updated_at: sql`${policies.updatedAt}`,
    author_name: sql`${users.name}`,
    passing_host_count: sql`ifnull(${counts.passing}, 0)`,
    failing_host_count: sql`ifnull(${counts.failing}, 0)`,
    error_host_count: sql`ifnull(${counts.erroring}, 0)`,
    stale_host_count: sql`ifnull(${counts.stale}, 0)`,
    host_count_updated_at: sql`${counts.countedAt}`,
  };
  return columns[key];
}

export interface PolicySelection extends PolicyFilter {
  owner: PolicyOwner;
  /** Counts of this team's hosts only (0: no team). */
  countTeamId?: number;
  ids?: readonly number[];
  orderKey?: PolicyOrderKey;
  orderDirection?: "asc" | "desc";
  paging?: Paging;
}

export type PolicyRow = Awaited<ReturnType<typeof selectPolicies>>[number];

/** Policies with author and live counts, by name unless told otherwise. */
export function selectPolicies(executor: Executor, scope: TeamScope, selection: PolicySelection) {
  const counts = countsOf(executor, scope, selection.countTeamId);
  const order = orderColumn(counts, selection.orderKey ?? "name");
  const statement = executor
    .select({
      policy: policies,
      author: { name: users.name, email: users.email },
      counts: {
        passing: sql<number>`ifnull(${counts.passing}, 0)`.mapWith(Number),
        failing: sql<number>`ifnull(${counts.failing}, 0)`.mapWith(Number),
        erroring: sql<number>`ifnull(${counts.erroring}, 0)`.mapWith(Number),
        stale: sql<number>`ifnull(${counts.stale}, 0)`.mapWith(Number),
        exempt: sql<number>`ifnull(${counts.exempt}, 0)`.mapWith(Number),
      },
      countedAt: counts.countedAt,
    })
    .from(policies)
    .leftJoin(users, eq(users.id, policies.authorId))
    .leftJoin(counts, and(eq(counts.policyId, policies.id), eq(counts.revision, policies.revision)))
    .where(
      and(
        inScopeOrGlobal(scope, policies.teamId),
        ownedBy(selection.owner),
        selection.ids && inArray(policies.id, [...selection.ids]),
        matching(selection),
      ),
    )
    .orderBy(selection.orderDirection === "desc" ? desc(order) : asc(order), asc(policies.id))
    .$dynamic();
  const { paging } = selection;
  return paging ? statement.limit(paging.limit).offset(paging.offset) : statement;
}

export async function countPolicies(
  executor: Executor,
  scope: TeamScope,
  owner: PolicyOwner,
  filter: PolicyFilter,
): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(policies)
    .where(and(inScopeOrGlobal(scope, policies.teamId), ownedBy(owner), matching(filter)));
  return row?.count ?? 0;
}

/** How many hosts there are by team (null: none) and platform, to tell who is still pending. */
export function countHostGroups(executor: Executor, scope: TeamScope) {
  return executor
    .select({ teamId: hosts.teamId, platformFamily: hosts.platformFamily, hosts: count() })
    .from(hosts)
    .where(inScope(scope, hosts.teamId))
    .groupBy(hosts.teamId, hosts.platformFamily);
}

export type HostGroup = Awaited<ReturnType<typeof countHostGroups>>[number];

/** The hosts that the viewer sees by platform; of one team (0: no team), or of all together. */
export async function selectFamilyGroups(
  executor: Executor,
  scope: TeamScope,
  teamId: number | undefined,
) {
  const ofTeam = teamId === 0 ? isNull(hosts.teamId) : eq(hosts.teamId, teamId ?? 0);
  const rows = await executor
    .select({ platformFamily: hosts.platformFamily, ...blocksOf(hosts.id) })
    .from(hosts)
    .where(and(inScope(scope, hosts.teamId), teamId === undefined ? undefined : ofTeam))
    .groupBy(hosts.platformFamily, sql`block`);
  const families = [...new Set(rows.map(({ platformFamily }) => platformFamily))];
  return families.map((platformFamily) => ({
    teamId: teamId ?? null,
    platformFamily,
    hosts: hostSet(rows.filter((row) => row.platformFamily === platformFamily)),
  }));
}

/** The hosts themselves of those groups. */
export async function selectHostGroupSets(executor: Executor, scope: TeamScope) {
  const rows = await executor
    .select({ teamId: hosts.teamId, platformFamily: hosts.platformFamily, ...blocksOf(hosts.id) })
    .from(hosts)
    .where(inScope(scope, hosts.teamId))
    .groupBy(hosts.teamId, hosts.platformFamily, sql`block`);
  const groups = new Map<string, typeof rows>();
  for (const row of rows) {
    const key = `${row.teamId} ${row.platformFamily}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const { teamId, platformFamily } = first;
    return [{ teamId, platformFamily, hosts: hostSet([first, ...others]) }];
  });
}

/** Without a scope: the caller authorizes on the team it finds. */
export function selectPolicyRecords(
  executor: Executor,
  ids: readonly number[],
): Promise<PolicyRecord[]> {
  return executor
    .select()
    .from(policies)
    .where(inArray(policies.id, [...ids]));
}

/** As selectPolicyRecords, those that a list with these filters holds. */
export function selectMatchingRecords(
  executor: Executor,
  owner: PolicyOwner,
  filter: PolicyFilter,
): Promise<PolicyRecord[]> {
  return executor
    .select()
    .from(policies)
    .where(and(ownedBy(owner), matching(filter)));
}

/** Policies of one team (null: of all teams) by name. */
export function selectPolicyRecordsByName(
  executor: Executor,
  teamId: number | null,
  names: readonly string[],
): Promise<PolicyRecord[]> {
  return executor
    .select()
    .from(policies)
    .where(and(eq(policies.teamKey, teamId ?? -1), inArray(policies.name, [...names])));
}

export async function insertPolicy(
  tx: Transaction,
  row: typeof policies.$inferInsert,
): Promise<number> {
  const [result] = await tx.insert(policies).values(row);
  return result.insertId;
}

export async function insertPolicies(
  tx: Transaction,
  rows: (typeof policies.$inferInsert)[],
): Promise<void> {
  await tx.insert(policies).values(rows);
}

export async function updatePolicies(
  tx: Transaction,
  ids: readonly number[],
  set: Partial<PolicyRecord>,
): Promise<void> {
  await tx
    .update(policies)
    .set(set)
    .where(inArray(policies.id, [...ids]));
}

/** Nobody has answered these policies' revisions yet: as many rows as teams, however many hosts. */
export async function resetStats(tx: Transaction, ids: readonly number[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.$client.query(
    `UPDATE policy_stats s JOIN policies p ON p.id = s.policy_id
     SET s.revision = p.revision, s.passing_host_count = 0, s.failing_host_count = 0,
     s.error_host_count = 0, s.stale_host_count = 0, s.exempt_host_count = 0, s.updated_at = ?
     WHERE s.policy_id IN (?)`,
    [at, ids],
  );
}

export async function deletePolicyRows(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.delete(policies).where(inArray(policies.id, [...ids]));
}

export function selectHostsToRun(executor: Executor, scope: TeamScope, ids: readonly number[]) {
  return executor
    .select({ id: hosts.id })
    .from(hosts)
    .where(and(inArray(hosts.id, [...ids]), inScope(scope, hosts.teamId)));
}

export function selectTeams(executor: Executor) {
  return executor.select({ id: teams.id, name: teams.name }).from(teams);
}

export async function teamExists(executor: Executor, teamId: number): Promise<boolean> {
  const rows = await executor.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId));
  return rows.length > 0;
}

import { and, asc, count, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import type { Executor, Transaction } from "#db/client.ts";
import { hostAgents, hostInventory, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policies, policyMembership } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { users } from "#db/schema/users.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import { bitsOf, blocksOf, type HostSet, hostSet, isIn, sizeOf } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";
import type { MembershipRow } from "#lib/membership/answer-sql.ts";
import type { AnsweredState } from "#lib/membership/status.ts";
import { fromNearerEnd, type HostOrder, inOrder, isBehind, type orderSource } from "./order.ts";

/** Hosts whose own row meets a condition; undefined: all. */
export async function selectHostSet(
  executor: Executor,
  condition: SQL | undefined,
): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(hosts.id))
    .from(hosts)
    .where(condition)
    .groupBy(sql`block`);
  return hostSet(rows);
}

/** Hosts whose contact meets a condition. */
export async function selectSeenSet(executor: Executor, condition: SQL): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(hostSeen.hostId))
    .from(hostSeen)
    .where(condition)
    .groupBy(sql`block`);
  return hostSet(rows);
}

/** Hosts whose contact meets one and the other condition, from one look at all contacts. */
export async function selectSeenSets(executor: Executor, one: SQL, other: SQL) {
  const { block } = blocksOf(hostSeen.hostId);
  const rows = await executor
    .select({ block, one: bitsOf(hostSeen.hostId, one), other: bitsOf(hostSeen.hostId, other) })
    .from(hostSeen)
    .groupBy(sql`block`);
  const setOf = (bits: "one" | "other") =>
    hostSet(rows.map((row) => ({ block: row.block, bits: row[bits] })));
  return [setOf("one"), setOf("other")] as const;
}

/** Hosts that answered a policy's present revision; with `states`, where that is how they stand. */
export async function selectAnsweredSet(
  executor: Executor,
  policy: { id: number; revision: number },
  states?: readonly AnsweredState[],
): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(policyMembership.hostId))
    .from(policyMembership)
    .where(
      and(
        eq(policyMembership.policyId, policy.id),
        eq(policyMembership.revision, policy.revision),
        states && inArray(policyMembership.state, [...states]),
      ),
    )
    .groupBy(sql`block`);
  return hostSet(rows);
}

/** The few different intervals that hosts told, by an index of their own. */
export function selectIntervals(executor: Executor) {
  return executor
    .selectDistinct({
      distributedIntervalSeconds: hosts.distributedIntervalSeconds,
      configRefreshSeconds: hosts.configRefreshSeconds,
    })
    .from(hosts);
}

/** A page of the set, or all of it; of all hosts where there is no set. */
export async function selectOrderedIds(
  executor: Executor,
  source: ReturnType<typeof orderSource>,
  set: HostSet | undefined,
  order: HostOrder,
  paging: Paging | undefined,
): Promise<number[]> {
  // Of the tables beside hosts, some rows may be missing, and the end is not where it seems.
  if (!set || !paging || source.mixed) return selectInOrder(executor, source, set, order, paging);
  const page = fromNearerEnd(order, paging, sizeOf(set));
  const ids = await selectInOrder(executor, source, set, page.order, page.paging);
  return page.isReversed ? ids.reverse() : ids;
}

async function selectInOrder(
  executor: Executor,
  { table, id, value }: ReturnType<typeof orderSource>,
  set: HostSet | undefined,
  order: HostOrder,
  paging: Paging | undefined,
): Promise<number[]> {
  const statement = executor
    .select({ id })
    .from(table)
    .where(and(set && isIn(set, id), isBehind(order, value)))
    .orderBy(...inOrder(order, value, id))
    .$dynamic();
  const rows = await (paging ? statement.limit(paging.limit).offset(paging.offset) : statement);
  return rows.map((row) => row.id);
}

export async function countAllHosts(executor: Executor): Promise<number> {
  const [row] = await executor.select({ count: count() }).from(hosts);
  return row?.count ?? 0;
}

export async function selectTeamIdsByName(executor: Executor): Promise<number[]> {
  const rows = await executor.select({ id: teams.id }).from(teams).orderBy(asc(teams.name));
  return rows.map((row) => row.id);
}

/** All hosts, and those that pass and fail. */
export async function selectVerdictSets(executor: Executor) {
  const { block, bits: all } = blocksOf(hosts.id);
  const have = (verdict: string) => bitsOf(hosts.id, eq(hosts.verdict, verdict));
  const rows = await executor
    .select({ block, all, pass: have("pass"), fail: have("fail") })
    .from(hosts)
    .groupBy(sql`block`);
  const setOf = (bits: "all" | "pass" | "fail") =>
    hostSet(rows.map((row) => ({ block: row.block, bits: row[bits] })));
  return { all: setOf("all"), pass: setOf("pass"), fail: setOf("fail") };
}

export type PlatformRow = Awaited<ReturnType<typeof selectPlatforms>>[number];

/** In the order of the index, or the database would sort every host. */
export function selectPlatforms(executor: Executor, condition: SQL | undefined) {
  return executor
    .select({ platform: hosts.platform, family: hosts.platformFamily, hosts: count() })
    .from(hosts)
    .where(condition)
    .groupBy(hosts.platformFamily, hosts.platform)
    .orderBy(asc(hosts.platformFamily), asc(hosts.platform));
}

export type HostRow = Awaited<ReturnType<typeof selectHostRows>>[number];

/** Hosts by id with what stands beside them, in the order of `ids`; those gone are left out. */
export async function selectHostRows(executor: Executor, scope: TeamScope, ids: readonly number[]) {
  if (ids.length === 0) return [];
  const rows = await executor
    .select({
      host: hosts,
      teamName: teams.name,
      seenAt: hostSeen.seenAt,
      /** By the clock that evidence is dated with: a slow one here would prolong a pass. */
      readAt: sql<Date>`utc_timestamp(3)`.mapWith(hosts.createdAt),
      agent: {
        // First and never null: drizzle takes a row whose first column is null for no row at all.
        hostId: hostAgents.hostId,
        card: hostAgents.card,
        labelCard: hostAgents.labelCard,
        detailUpdatedAt: hostAgents.detailUpdatedAt,
        policyUpdatedAt: hostAgents.policyUpdatedAt,
        refetchRequestedAt: hostAgents.refetchRequestedAt,
      },
    })
    .from(hosts)
    .leftJoin(hostAgents, eq(hostAgents.hostId, hosts.id))
    .leftJoin(hostSeen, eq(hostSeen.hostId, hosts.id))
    .leftJoin(teams, eq(teams.id, hosts.teamId))
    .where(and(inArray(hosts.id, [...ids]), inScope(scope, hosts.teamId)));
  const byId = new Map(rows.map((row) => [row.host.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The host's team, to authorize on before anything of the host is read. */
export async function selectHostTeam(
  executor: Executor,
  id: number,
): Promise<{ teamId: number | null } | undefined> {
  const [row] = await executor.select({ teamId: hosts.teamId }).from(hosts).where(eq(hosts.id, id));
  return row;
}

export function selectHostTeams(executor: Executor, ids: readonly number[]) {
  return executor
    .select({
      id: hosts.id,
      teamId: hosts.teamId,
      hostname: hosts.hostname,
      computerName: hosts.computerName,
      hardwareModel: hosts.hardwareModel,
      hardwareSerial: hosts.hardwareSerial,
    })
    .from(hosts)
    .where(inArray(hosts.id, [...ids]));
}

const MATCHES_MAX = 2;

/**
 * Hosts that go by an identifier, with what it is to them: 1 the identity they enrolled by, 2 the
 * hardware UUID, 3 the serial number, 4 the host name. Four look-ups by index, because OR across
 * columns uses none, and of each no more than tell one from several. Never the node key: it is a
 * secret, and a match would confirm a guess.
 */
export async function selectIdsByIdentifier(
  executor: Executor,
  scope: TeamScope,
  identifier: string,
): Promise<{ id: number; rank: number }[]> {
  const by = (rank: number, matches: SQL) =>
    executor
      .select({ id: hosts.id, rank: sql<number>`${sql.raw(String(rank))}`.as("rank_of_match") })
      .from(hosts)
      .where(and(matches, inScope(scope, hosts.teamId)))
      .limit(MATCHES_MAX);
  const [enrolled, ...others] = await Promise.all([
    executor
      .select({ id: hosts.id, rank: sql<number>`1`.as("rank_of_match") })
      .from(hostAgents)
      .innerJoin(hosts, eq(hosts.id, hostAgents.hostId))
      .where(and(eq(hostAgents.identifier, identifier), inScope(scope, hosts.teamId))),
    by(2, eq(hosts.uuid, identifier)),
    by(3, eq(hosts.hardwareSerial, identifier)),
    by(4, eq(hosts.hostname, identifier)),
  ]);
  return [...enrolled, ...others.flat()];
}

export async function selectInventory(executor: Executor, hostIds: readonly number[]) {
  if (hostIds.length === 0) return [];
  return executor
    .select()
    .from(hostInventory)
    .where(inArray(hostInventory.hostId, [...hostIds]));
}

/** What a membership row adds to the card. */
export type MembershipDetail = Pick<
  MembershipRow,
  "policyId" | "revision" | "state" | "since" | "error"
>;

export type InventoryRow = Awaited<ReturnType<typeof selectInventory>>[number];

type MembershipDetailRow = MembershipDetail & { hostId: number } & RowDataPacket;

/**
 * By host, what their cards cannot tell of their answers. Without the builder, which takes longer to
 * turn a host's rows into objects than the database to find them.
 */
export async function selectMembershipDetails(
  executor: Executor,
  hostIds: readonly number[],
): Promise<Map<number, MembershipDetail[]>> {
  const byHost = new Map<number, MembershipDetail[]>(hostIds.map((id) => [id, []]));
  if (hostIds.length === 0) return byHost;
  const [rows] = await executor.$client.query<MembershipDetailRow[]>(
    `SELECT host_id AS hostId, policy_id AS policyId, revision, state, since, error
     FROM policy_membership WHERE host_id IN (?)`,
    [hostIds],
  );
  for (const row of rows) byHost.get(row.hostId)?.push(row);
  return byHost;
}

export type HostPolicyRow = Awaited<ReturnType<typeof selectHostPolicies>>[number];

/** Policies as hosts show them. Every one a host of the scope may be asked. */
export function selectHostPolicies(executor: Executor, scope: TeamScope) {
  return executor
    .select({ policy: policies, author: { name: users.name, email: users.email } })
    .from(policies)
    .leftJoin(users, eq(users.id, policies.authorId))
    .where(inScopeOrGlobal(scope, policies.teamId));
}

/** What a filter by policy needs of it. */
export async function selectFilteredPolicy(executor: Executor, scope: TeamScope, id: number) {
  const [row] = await executor
    .select({
      id: policies.id,
      revision: policies.revision,
      teamId: policies.teamId,
      platform: policies.platform,
      labelScope: policies.labelScope,
    })
    .from(policies)
    .where(and(eq(policies.id, id), inScopeOrGlobal(scope, policies.teamId)));
  return row;
}

export async function deleteHostRows(tx: Transaction, ids: readonly number[]): Promise<void> {
  await tx.delete(hostInventory).where(inArray(hostInventory.hostId, [...ids]));
  await tx.delete(hostSeen).where(inArray(hostSeen.hostId, [...ids]));
  await tx.delete(hosts).where(inArray(hosts.id, [...ids]));
}

export async function selectTeam(
  executor: Executor,
  id: number,
): Promise<{ id: number; name: string } | undefined> {
  const [row] = await executor
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(eq(teams.id, id));
  return row;
}

/** Revokes every My device link of a host. */
export async function raiseDeviceTokenVersion(tx: Transaction, hostId: number): Promise<void> {
  await tx
    .update(hosts)
    .set({ deviceTokenVersion: sql`${hosts.deviceTokenVersion} + 1` })
    .where(eq(hosts.id, hostId));
}

/**
 * Locks the host's agent row and tells whether a refetch is pending; undefined when the host has no
 * live row.
 */
export async function lockRefetch(tx: Transaction, hostId: number): Promise<boolean | undefined> {
  const [row] = await tx
    .select({ requestedAt: hostAgents.refetchRequestedAt })
    .from(hostAgents)
    .where(and(eq(hostAgents.hostId, hostId), isNull(hostAgents.deletedAt)))
    .for("update");
  return row && row.requestedAt !== null;
}

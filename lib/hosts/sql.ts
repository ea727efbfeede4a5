import { and, asc, count, desc, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { hostAgents, hostInventory, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { users } from "#db/schema/users.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import type { Paging } from "#lib/http/list-options.ts";
import {
  type HostConditions,
  hasDiskBelow,
  hostCondition,
  hostOrder,
  isMissing,
  isNew,
  isOfPlatform,
  isOfTeam,
  isOnline,
} from "./conditions.ts";
import type { HostOrderKey } from "./schema.ts";

export interface HostOrder {
  key: HostOrderKey;
  direction: "asc" | "desc";
  /** Only hosts whose value comes behind this one. */
  after?: string;
}

/**
 * The ids of a list, in order. Rows are read by id afterwards, so that sorting and skipping carry a
 * number and not the whole host.
 */
export async function selectHostIds(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
  order: HostOrder,
  paging?: Paging,
): Promise<number[]> {
  const [direction, behind] = order.direction === "desc" ? [desc, sql`<`] : [asc, sql`>`];
  const value = hostOrder(order.key, conditions.now);
  const cursor = order.after === undefined ? undefined : sql`${value} ${behind} ${order.after}`;
  const statement = executor
    .select({ id: hosts.id })
    .from(hosts)
    .where(and(hostCondition(scope, conditions), cursor))
    .orderBy(direction(value), direction(hosts.id))
    .$dynamic();
  const rows = await (paging ? statement.limit(paging.limit).offset(paging.offset) : statement);
  return rows.map((row) => row.id);
}

export async function countHosts(
  executor: Executor,
  scope: TeamScope,
  conditions: HostConditions,
): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(hosts)
    .where(hostCondition(scope, conditions));
  return row?.count ?? 0;
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
    })
    .from(policies)
    .where(and(eq(policies.id, id), inScopeOrGlobal(scope, policies.teamId)));
  return row;
}

const countIf = (condition: SQL) => sql<number>`ifnull(sum(${condition}), 0)`.mapWith(Number);

export interface SummarySelection {
  teamId?: number | null;
  platform?: string | null;
  lowDiskGigabytes?: number | null;
  now: Date;
}

/** Counts for the dashboard by platform, in one pass. */
export function selectSummary(executor: Executor, scope: TeamScope, selection: SummarySelection) {
  const { teamId, platform, now } = selection;
  const seenAt = sql`ifnull(${hostSeen.seenAt}, ${hosts.createdAt})`;
  return executor
    .select({
      platform: hosts.platform,
      family: hosts.platformFamily,
      hosts: count(),
      online: countIf(isOnline(now, seenAt)),
      missing: countIf(isMissing(now, seenAt)),
      new: countIf(isNew(now)),
      lowDisk: countIf(hasDiskBelow(selection.lowDiskGigabytes ?? 0)),
      pass: countIf(sql`${hosts.verdict} = 'pass'`),
      fail: countIf(sql`${hosts.verdict} = 'fail'`),
    })
    .from(hosts)
    .leftJoin(hostSeen, eq(hostSeen.hostId, hosts.id))
    .where(
      and(
        inScope(scope, hosts.teamId),
        typeof teamId === "number" ? isOfTeam(teamId) : undefined,
        platform ? isOfPlatform(platform) : undefined,
      ),
    )
    .groupBy(hosts.platform, hosts.platformFamily)
    .orderBy(asc(hosts.platform));
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

import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, like, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { Executor, Transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { labelMembership, labels } from "#db/schema/labels.ts";
import { exemptions, policies } from "#db/schema/policies.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import { blocksOf, type HostBlock, type HostSet, hostSet } from "#lib/host-set.ts";
import { likeText, type Paging } from "#lib/http/list-options.ts";
import type { VitalColumns } from "#lib/membership/vitals.ts";

export type LabelRecord = typeof labels.$inferSelect;

/** Names are stored byte by byte for uniqueness; people search and sort them without case. */
const name = sql`${labels.name} collate utf8mb4_unicode_ci`;

export interface LabelSelection {
  query?: string;
  orderKey?: "name" | "id" | "created_at" | "updated_at";
  descending?: boolean;
  paging?: Paging;
}

/** Labels are about every team: whoever may read them reads all. */
export function selectLabels(
  executor: Executor,
  selection: LabelSelection = {},
): Promise<LabelRecord[]> {
  const columns = {
    name,
    id: labels.id,
    created_at: labels.createdAt,
    updated_at: labels.updatedAt,
  };
  const order = columns[selection.orderKey ?? "name"];
  const statement = executor
    .select()
    .from(labels)
    .where(selection.query ? like(name, likeText(selection.query)) : undefined)
    .orderBy(selection.descending ? desc(order) : asc(order), asc(labels.id))
    .$dynamic();
  const { paging } = selection;
  return paging ? statement.limit(paging.limit).offset(paging.offset) : statement;
}

export function selectBuiltinLabels(executor: Executor): Promise<LabelRecord[]> {
  return executor.select().from(labels).where(eq(labels.isBuiltin, true)).orderBy(asc(labels.id));
}

export function selectLabelsById(
  executor: Executor,
  ids: readonly number[],
): Promise<LabelRecord[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return executor
    .select()
    .from(labels)
    .where(inArray(labels.id, [...ids]));
}

export function selectLabelsByName(
  executor: Executor,
  names: readonly string[],
): Promise<LabelRecord[]> {
  if (names.length === 0) return Promise.resolve([]);
  return executor
    .select()
    .from(labels)
    .where(inArray(labels.name, [...names]));
}

export async function insertLabel(
  tx: Transaction,
  row: typeof labels.$inferInsert,
): Promise<number> {
  const [result] = await tx.insert(labels).values(row);
  return result.insertId;
}

/** Of a name that is there, a built-in label's criteria alone: two servers may start at a time. */
export async function upsertBuiltinLabels(
  tx: Transaction,
  rows: (typeof labels.$inferInsert)[],
): Promise<void> {
  await tx
    .insert(labels)
    .values(rows)
    .onDuplicateKeyUpdate({
      set: {
        criteria: sql`IF(${labels.isBuiltin}, VALUES(${labels.criteria}), ${labels.criteria})`,
        revision: sql`${labels.revision} + ${labels.isBuiltin}`,
        updatedAt: sql`IF(${labels.isBuiltin}, VALUES(${labels.updatedAt}), ${labels.updatedAt})`,
      },
    });
}

export async function updateLabel(
  tx: Transaction,
  id: number,
  set: Partial<LabelRecord>,
): Promise<void> {
  await tx.update(labels).set(set).where(eq(labels.id, id));
}

export async function deleteLabelRow(tx: Transaction, id: number): Promise<void> {
  await tx.delete(labels).where(eq(labels.id, id));
}

/** Policies with rules by label; without a scope for those who decide, with one for who looks. */
export function selectScopedPolicies(executor: Executor, scope?: TeamScope) {
  return executor
    .select({
      id: policies.id,
      name: policies.name,
      teamId: policies.teamId,
      labelScope: policies.labelScope,
    })
    .from(policies)
    .where(and(isNotNull(policies.labelScope), scope && inScopeOrGlobal(scope, policies.teamId)))
    .orderBy(asc(policies.name), asc(policies.id));
}

/** Exemptions in force, or still to begin being so, that name a label. */
export function selectLiveExemptions(
  executor: Executor,
  labelId: number,
  now: Date,
  scope?: TeamScope,
) {
  return executor
    .select({
      id: exemptions.id,
      policyId: exemptions.policyId,
      reason: exemptions.reason,
      policyName: policies.name,
      teamId: policies.teamId,
    })
    .from(exemptions)
    .innerJoin(policies, eq(policies.id, exemptions.policyId))
    .where(
      and(
        eq(exemptions.labelId, labelId),
        gt(exemptions.expiresAt, now),
        isNull(exemptions.revokedAt),
        scope && inScopeOrGlobal(scope, policies.teamId),
      ),
    )
    .orderBy(asc(policies.name), asc(exemptions.id));
}

function setsBy<K, T extends HostBlock>(rows: readonly T[], keyOf: (row: T) => K) {
  const groups = new Map<K, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return new Map<K, HostSet>([...groups].map(([key, blocks]) => [key, hostSet(blocks)]));
}

/** What rows say of labels: by label, hosts that are members (or not), as bits. */
export async function selectMembershipSets(
  executor: Executor,
  labelIds: readonly number[],
  isMember: boolean,
): Promise<Map<number, HostSet>> {
  if (labelIds.length === 0) return new Map();
  const rows = await executor
    .select({ labelId: labelMembership.labelId, ...blocksOf(labelMembership.hostId) })
    .from(labelMembership)
    .where(
      and(inArray(labelMembership.labelId, [...labelIds]), eq(labelMembership.isMember, isMember)),
    )
    .groupBy(labelMembership.labelId, sql`block`);
  return setsBy(rows, ({ labelId }) => labelId);
}

/** All hosts, by platform family. */
export async function selectFamilySets(executor: Executor): Promise<Map<string, HostSet>> {
  const rows = await executor
    .select({ family: hosts.platformFamily, ...blocksOf(hosts.id) })
    .from(hosts)
    .groupBy(hosts.platformFamily, sql`block`);
  return setsBy(rows, ({ family }) => family);
}

const VITALS: Record<keyof VitalColumns, MySqlColumn> = {
  platform: hosts.platform,
  platformFamily: hosts.platformFamily,
  osName: hosts.osName,
  osVersion: hosts.osVersion,
  hardwareVendor: hosts.hardwareVendor,
  hardwareModel: hosts.hardwareModel,
  cpuType: hosts.cpuType,
  osqueryVersion: hosts.osqueryVersion,
};

/** The few different values that hosts have, by an index of their own. */
export async function selectVitalValues(
  executor: Executor,
  column: keyof VitalColumns,
): Promise<string[]> {
  const rows = await executor.selectDistinct({ value: VITALS[column] }).from(hosts);
  return rows.map(({ value }) => String(value));
}

export async function selectVitalSet(
  executor: Executor,
  column: keyof VitalColumns,
  values: readonly string[],
): Promise<HostSet> {
  if (values.length === 0) return Buffer.alloc(0);
  const rows = await executor
    .select(blocksOf(hosts.id))
    .from(hosts)
    .where(inArray(VITALS[column], [...values]))
    .groupBy(sql`block`);
  return hostSet(rows);
}

/** Hosts of the teams that a viewer sees; with `teamId`, of that one (0: no team). */
export async function selectVisibleHosts(
  executor: Executor,
  scope: TeamScope,
  teamId?: number,
): Promise<HostSet> {
  const ofTeam = teamId === 0 ? isNull(hosts.teamId) : teamId && eq(hosts.teamId, teamId);
  const rows = await executor
    .select(blocksOf(hosts.id))
    .from(hosts)
    .where(and(inScope(scope, hosts.teamId), ofTeam || undefined))
    .groupBy(sql`block`);
  return hostSet(rows);
}

const shared = (column: typeof hosts.hardwareSerial | typeof hosts.uuid) =>
  sql`exists (select 1 from ${hosts} twin where twin.${sql.identifier(column.name)} = ${column} and twin.id <> ${hosts.id})`;

/** What only this host goes by, so that a file finds it again: clones share serials, and UUIDs. */
export const hostCalled = sql<string>`case
  when ${hosts.hardwareSerial} <> '' and not ${shared(hosts.hardwareSerial)} then ${hosts.hardwareSerial}
  when ${hosts.uuid} <> '' and not ${shared(hosts.uuid)} then ${hosts.uuid}
  else (select agent.identifier from ${hostAgents} agent where agent.host_id = ${hosts.id}) end`;

/**
 * What members of manual labels that the viewer may see are called: what tells a host apart best, so
 * that a file of them finds the same hosts again.
 */
export function selectMembers(executor: Executor, scope: TeamScope, labelIds: readonly number[]) {
  return executor
    .select({
      labelId: labelMembership.labelId,
      called: hostCalled,
    })
    .from(labelMembership)
    .innerJoin(hosts, eq(hosts.id, labelMembership.hostId))
    .where(
      and(
        inArray(labelMembership.labelId, [...labelIds]),
        eq(labelMembership.isMember, true),
        inScope(scope, hosts.teamId),
      ),
    )
    .orderBy(asc(labelMembership.labelId), asc(hosts.id));
}

/** A host that goes by a name; `rank` as in selectIdsByIdentifier of hosts. */
export interface HostMatch {
  /** The identifier in lower case, as the database compares them. */
  key: string;
  id: number;
  rank: number;
  displayName: string | null;
}

/** A statement's list of values; more only make it slower to parse. */
const IDENTIFIERS_PER_STATEMENT = 1_000;

/** Hosts that go by some identifiers: four look-ups by index, because OR across columns uses none. */
export async function selectHostMatches(
  executor: Executor,
  scope: TeamScope,
  identifiers: readonly string[],
): Promise<HostMatch[]> {
  const found: HostMatch[] = [];
  const ranked = [hostAgents.identifier, hosts.uuid, hosts.hardwareSerial, hosts.hostname];
  for (let at = 0; at < identifiers.length; at += IDENTIFIERS_PER_STATEMENT) {
    const some = identifiers.slice(at, at + IDENTIFIERS_PER_STATEMENT);
    for (const [rank, column] of ranked.entries()) {
      const rows = await executor
        .select({ key: column, id: hosts.id, displayName: hosts.displayName })
        .from(hosts)
        .innerJoin(hostAgents, eq(hostAgents.hostId, hosts.id))
        .where(and(inArray(column, some), inScope(scope, hosts.teamId)));
      found.push(...rows.map((row) => ({ ...row, key: row.key.toLowerCase(), rank })));
    }
  }
  return found;
}

export async function selectExistingHosts(
  executor: Executor,
  scope: TeamScope,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await executor
    .select({ id: hosts.id })
    .from(hosts)
    .where(and(inArray(hosts.id, [...ids]), inScope(scope, hosts.teamId)));
  return rows.map(({ id }) => id);
}

/** What rows say of some hosts. */
export async function selectLabelsOfHosts(executor: Executor, hostIds: readonly number[]) {
  if (hostIds.length === 0) return [];
  return executor
    .select({
      hostId: labelMembership.hostId,
      labelId: labelMembership.labelId,
      isMember: labelMembership.isMember,
    })
    .from(labelMembership)
    .where(inArray(labelMembership.hostId, [...hostIds]));
}

export async function selectMemberIds(executor: Executor, labelId: number): Promise<number[]> {
  const rows = await executor
    .select({ hostId: labelMembership.hostId })
    .from(labelMembership)
    .where(and(eq(labelMembership.labelId, labelId), eq(labelMembership.isMember, true)))
    .orderBy(asc(labelMembership.hostId));
  return rows.map(({ hostId }) => hostId);
}

import { asc, eq, inArray, sql } from "drizzle-orm";
import { bulk, type Executor, type Transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { type Labels, labelsOfCard, writeLabelCard } from "./label-card.ts";
import type { VitalColumns } from "./vitals.ts";

/** A host's row while this transaction holds it. */
export type LockedHost = Awaited<ReturnType<typeof lockHosts>>[number];

/**
 * Locks hosts for a change of their answers, in order of id. Every such change goes through here,
 * so the changes of one host happen one after the other, on whatever server.
 */
export async function lockHosts(tx: Transaction, hostIds: readonly number[]) {
  const rows = await tx
    .select({
      hostId: hostAgents.hostId,
      identifier: hostAgents.identifier,
      card: hostAgents.card,
      labelCard: hostAgents.labelCard,
      revision: hostAgents.revision,
      detailUpdatedAt: hostAgents.detailUpdatedAt,
      labelUpdatedAt: hostAgents.labelUpdatedAt,
      policyUpdatedAt: hostAgents.policyUpdatedAt,
      refetchRequestedAt: hostAgents.refetchRequestedAt,
      deadlineAt: hostAgents.deadlineAt,
      teamId: hosts.teamId,
      platformFamily: hosts.platformFamily,
      verdict: hosts.verdict,
      failingPoliciesCount: hosts.failingPoliciesCount,
      failingCriticalPoliciesCount: hosts.failingCriticalPoliciesCount,
    })
    .from(hostAgents)
    .innerJoin(hosts, eq(hosts.id, hostAgents.hostId))
    .where(inArray(hostAgents.hostId, [...hostIds]))
    .orderBy(asc(hostAgents.hostId))
    .for("update");
  return rows.map(({ labelCard, ...row }) => ({ ...row, labels: labelsOfCard(labelCard) }));
}

/** The vitals that labels go by, of hosts that this transaction holds. */
export async function selectVitals(
  tx: Transaction,
  hostIds: readonly number[],
): Promise<Map<number, VitalColumns>> {
  if (hostIds.length === 0) return new Map();
  const rows = await tx
    .select(vitalColumns)
    .from(hosts)
    .where(inArray(hosts.id, [...hostIds]));
  return new Map(rows.map((row) => [row.id, row]));
}

const vitalColumns = {
  id: hosts.id,
  platform: hosts.platform,
  platformFamily: hosts.platformFamily,
  osName: hosts.osName,
  osVersion: hosts.osVersion,
  hardwareVendor: hosts.hardwareVendor,
  hardwareModel: hosts.hardwareModel,
  cpuType: hosts.cpuType,
  osqueryVersion: hosts.osqueryVersion,
} satisfies Record<keyof VitalColumns | "id", unknown>;

/** Hosts as scope sees them, where nothing is about to change. */
export async function selectHostScopes(executor: Executor, hostIds: readonly number[]) {
  const rows = await executor
    .select({
      hostId: hosts.id,
      teamId: hosts.teamId,
      platformFamily: hosts.platformFamily,
      labelCard: hostAgents.labelCard,
    })
    .from(hosts)
    .innerJoin(hostAgents, eq(hostAgents.hostId, hosts.id))
    .where(inArray(hosts.id, [...hostIds]));
  return rows.map(({ labelCard, ...row }) => ({ ...row, labels: labelsOfCard(labelCard) }));
}

const judgedColumns = {
  id: policies.id,
  name: policies.name,
  teamId: policies.teamId,
  platform: policies.platform,
  critical: policies.critical,
  intervalSeconds: policies.intervalSeconds,
  revision: policies.revision,
  platformSince: policies.platformSince,
  labelScope: policies.labelScope,
  scopeEras: policies.scopeEras,
  pausedAt: policies.pausedAt,
  queryRevision: policies.queryRevision,
};

export function selectJudgedPolicies(executor: Executor) {
  return executor.select(judgedColumns).from(policies).orderBy(asc(policies.id));
}

/** What an answer changes in a host's agent row. */
export interface CardUpdate {
  host: LockedHost;
  card: Buffer;
  deadlineAt: Date | null;
  policyUpdatedAt: Date | null;
  detailUpdatedAt: Date | null;
  refetchRequestedAt: Date | null;
  /** undefined: nothing was said of labels. */
  labels?: { card: Labels; updatedAt: Date | null } | undefined;
}

const cardColumns = [
  "card",
  "deadline_at",
  "policy_updated_at",
  "detail_updated_at",
  "refetch_requested_at",
];
const labelColumns = ["label_card", "label_updated_at"];

const cardValues = (update: CardUpdate) => [
  update.card,
  update.deadlineAt,
  update.policyUpdatedAt,
  update.detailUpdatedAt,
  update.refetchRequestedAt,
];

/** An upsert only in form: the rows exist, and one statement for many rows is what it buys. */
function updateAgents(
  tx: Transaction,
  columns: readonly string[],
  rows: readonly (readonly [LockedHost, ...unknown[]])[],
): Promise<void> {
  const set = columns.map((column) => `${column} = VALUES(${column})`).join(", ");
  return bulk(
    tx,
    `INSERT INTO host_agents (host_id, identifier, ${columns.join(", ")}, changed_at) VALUES ?
     ON DUPLICATE KEY UPDATE ${set}, revision = revision + 1, changed_at = UTC_TIMESTAMP(3)`,
    rows.map(([host, ...values]) => [host.hostId, host.identifier, ...values, new Date()]),
  );
}

/**
 * Writes cards of locked hosts. changed_at is the database's time, which all servers share. Labels are
 * written where something was said of them, for most reports say nothing.
 */
export async function updateCards(tx: Transaction, updates: readonly CardUpdate[]): Promise<void> {
  const plain = updates.filter(({ labels }) => !labels);
  await updateAgents(
    tx,
    cardColumns,
    plain.map((update) => [update.host, ...cardValues(update)] as const),
  );
  await updateAgents(
    tx,
    [...cardColumns, ...labelColumns],
    updates.flatMap((update) => {
      if (!update.labels) return [];
      const { card, updatedAt } = update.labels;
      return [[update.host, ...cardValues(update), writeLabelCard(card), updatedAt] as const];
    }),
  );
}

export async function updateVerdict(
  tx: Transaction,
  hostIds: readonly number[],
  standing: { verdict: string; failingCount: number; failingCriticalCount: number },
): Promise<void> {
  await tx
    .update(hosts)
    .set({
      verdict: standing.verdict,
      failingPoliciesCount: standing.failingCount,
      failingCriticalPoliciesCount: standing.failingCriticalCount,
    })
    .where(inArray(hosts.id, [...hostIds]));
}

export async function teamExists(tx: Transaction, teamId: number): Promise<boolean> {
  const rows = await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId));
  return rows.length > 0;
}

export async function updateTeam(
  tx: Transaction,
  hostIds: readonly number[],
  teamId: number | null,
): Promise<void> {
  await tx
    .update(hosts)
    .set({ teamId })
    .where(inArray(hosts.id, [...hostIds]));
}

/** Tells every server that the hosts' agent rows changed. */
export async function touchAgents(
  tx: Transaction,
  hostIds: readonly number[],
  fields: { refetchRequestedAt?: "now" } = {},
): Promise<void> {
  await tx
    .update(hostAgents)
    .set({
      revision: sql`${hostAgents.revision} + 1`,
      changedAt: sql`UTC_TIMESTAMP(3)`,
      ...(fields.refetchRequestedAt ? { refetchRequestedAt: sql`UTC_TIMESTAMP(3)` } : {}),
    })
    .where(inArray(hostAgents.hostId, [...hostIds]));
}

/** Ends the hosts for the agent path; the row stays to tell other servers that the key is dead. */
export async function tombstoneAgents(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  await tx
    .update(hostAgents)
    .set({
      identifier: sql`concat('deleted:', ${hostAgents.hostId})`,
      nodeKeyHash: null,
      previousNodeKeyHash: null,
      previousNodeKeyExpiresAt: null,
      card: null,
      labelCard: null,
      labelUpdatedAt: null,
      deadlineAt: null,
      refetchRequestedAt: null,
      deletedAt: sql`UTC_TIMESTAMP(3)`,
      revision: sql`${hostAgents.revision} + 1`,
      changedAt: sql`UTC_TIMESTAMP(3)`,
    })
    .where(inArray(hostAgents.hostId, [...hostIds]));
}

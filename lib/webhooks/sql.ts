import { and, asc, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { ResultSetHeader, RowDataPacket } from "mysql2/promise";
import type { Database, Executor, Transaction } from "#db/client.ts";
import { policies } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { teams } from "#db/schema/teams.ts";
import { deliveries, webhookHosts, webhookPolicies, webhooks } from "#db/schema/webhooks.ts";
import type { DeliveryStatus, WebhookKind } from "./schema.ts";

export type WebhookRow = typeof webhooks.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;

/** Which webhook: columns of its key. */
export interface WebhookKey {
  kind: WebhookKind;
  teamKey: number;
}

const isOf = ({ kind, teamKey }: WebhookKey) =>
  and(eq(webhooks.kind, kind), eq(webhooks.teamKey, teamKey));

export async function selectWebhook(
  executor: Executor,
  key: WebhookKey,
): Promise<WebhookRow | undefined> {
  const [row] = await executor.select().from(webhooks).where(isOf(key));
  return row;
}

export function selectWebhooksOfKind(executor: Executor, kind: WebhookKind) {
  return executor.select().from(webhooks).where(eq(webhooks.kind, kind));
}

/** Makes the row when there is none, and keeps it from others until the transaction ends. */
export async function lockWebhook(
  tx: Transaction,
  fresh: typeof webhooks.$inferInsert & WebhookKey,
): Promise<WebhookRow | undefined> {
  await tx.insert(webhooks).ignore().values(fresh);
  const [row] = await tx.select().from(webhooks).where(isOf(fresh)).for("update");
  return row;
}

export async function updateWebhook(
  tx: Transaction,
  key: WebhookKey,
  values: Partial<WebhookRow>,
): Promise<void> {
  await tx.update(webhooks).set(values).where(isOf(key));
}

export async function deleteWebhooksOfTeam(tx: Transaction, teamKey: number): Promise<void> {
  await tx.delete(webhookPolicies).where(eq(webhookPolicies.teamKey, teamKey));
  await tx.delete(webhooks).where(eq(webhooks.teamKey, teamKey));
}

/** Chosen policies by the team whose they are still; those that are gone or moved are chosen no more. */
export async function selectChosenPolicies(
  executor: Executor,
  teamKey?: number,
): Promise<{ policyId: number; teamKey: number }[]> {
  return executor
    .select({ policyId: webhookPolicies.policyId, teamKey: webhookPolicies.teamKey })
    .from(webhookPolicies)
    .innerJoin(
      policies,
      and(eq(policies.id, webhookPolicies.policyId), eq(policies.teamKey, webhookPolicies.teamKey)),
    )
    .where(teamKey === undefined ? undefined : eq(webhookPolicies.teamKey, teamKey))
    .orderBy(asc(webhookPolicies.policyId));
}

/** Which of the ids are policies of that team. */
export async function selectPoliciesOfTeam(
  executor: Executor,
  teamKey: number,
  ids: readonly number[],
): Promise<number[]> {
  if (ids.length === 0) return [];
  const rows = await executor
    .select({ id: policies.id })
    .from(policies)
    .where(and(inArray(policies.id, [...ids]), eq(policies.teamKey, teamKey)));
  return rows.map(({ id }) => id);
}

/** Chooses policies, or begins anew with those that are chosen already. */
export async function armPolicies(
  tx: Transaction,
  teamKey: number,
  policyIds: readonly number[],
  at: Date,
): Promise<void> {
  if (policyIds.length === 0) return;
  const rows = policyIds.map((policyId) => ({ policyId, teamKey, armedAt: at }));
  await tx
    .insert(webhookPolicies)
    .values(rows)
    .onDuplicateKeyUpdate({ set: { teamKey, armedAt: at, isArmed: false, toldAt: null } });
}

export async function unchoosePolicies(tx: Transaction, policyIds: readonly number[]) {
  if (policyIds.length === 0) return;
  await tx.delete(webhookPolicies).where(inArray(webhookPolicies.policyId, [...policyIds]));
}

export async function selectTeamName(executor: Executor, teamId: number) {
  const [row] = await executor.select({ name: teams.name }).from(teams).where(eq(teams.id, teamId));
  return row?.name;
}

export async function insertDeliveries(
  tx: Executor,
  rows: (typeof deliveries.$inferInsert)[],
): Promise<number> {
  const [result] = await tx.insert(deliveries).values(rows);
  return result.insertId;
}

/** Has no receiver heard that these hosts fail, so that a delivery tells of them. */
export async function clearSent(
  tx: Transaction,
  policyId: number,
  hostIds: readonly number[],
): Promise<void> {
  if (hostIds.length === 0) return;
  await tx
    .update(webhookHosts)
    .set({ sentAt: null })
    .where(and(eq(webhookHosts.policyId, policyId), inArray(webhookHosts.hostId, [...hostIds])));
}

const named = {
  delivery: deliveries,
  policyName: policies.name,
  activityType: activities.type,
};

const selectNamed = (executor: Executor) =>
  executor
    .select(named)
    .from(deliveries)
    .leftJoin(policies, eq(policies.id, deliveries.policyId))
    .leftJoin(activities, eq(activities.id, deliveries.activityId))
    .$dynamic();

export type NamedDelivery = Awaited<ReturnType<typeof selectNamed>>[number];

export function selectDeliveries(
  executor: Executor,
  { kind, teamKey }: WebhookKey,
  page: {
    status?: DeliveryStatus;
    descending: boolean;
    limit: number;
    offset: number;
  },
): Promise<NamedDelivery[]> {
  return selectNamed(executor)
    .where(
      and(
        eq(deliveries.kind, kind),
        eq(deliveries.teamKey, teamKey),
        page.status && eq(deliveries.status, page.status),
      ),
    )
    .orderBy((page.descending ? desc : asc)(deliveries.id))
    .limit(page.limit)
    .offset(page.offset);
}

export async function selectDelivery(
  executor: Executor,
  id: number,
): Promise<NamedDelivery | undefined> {
  const [row] = await selectNamed(executor).where(eq(deliveries.id, id));
  return row;
}

/** Webhooks with something due, and the oldest of it. */
export async function selectDueWebhooks(db: Database): Promise<(WebhookKey & { id: number })[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT kind, team_key AS teamKey, min(id) AS id FROM deliveries
     WHERE status = 'waiting' AND next_attempt_at <= UTC_TIMESTAMP(3) GROUP BY kind, team_key`,
  );
  return rows as (WebhookKey & { id: number })[];
}

export async function selectDueDeliveries(
  db: Database,
  { kind, teamKey }: WebhookKey,
  limit: number,
): Promise<DeliveryRow[]> {
  return db
    .select()
    .from(deliveries)
    .where(
      and(
        eq(deliveries.status, "waiting"),
        eq(deliveries.kind, kind),
        eq(deliveries.teamKey, teamKey),
        lt(deliveries.nextAttemptAt, sql`UTC_TIMESTAMP(3)`),
      ),
    )
    .orderBy(asc(deliveries.nextAttemptAt), asc(deliveries.id))
    .limit(limit);
}

/**
 * Takes a delivery for `claimSeconds`, in which nobody else attempts it; false: somebody else has.
 * A process that dies in an attempt leaves it to be attempted again.
 */
export async function claimDelivery(
  db: Database,
  row: DeliveryRow,
  claimSeconds: number,
): Promise<boolean> {
  const [result] = await db.$client.query<ResultSetHeader>(
    `UPDATE deliveries SET attempts = attempts + 1, attempted_at = UTC_TIMESTAMP(3),
     next_attempt_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
     WHERE id = ? AND status = 'waiting' AND attempts = ? AND next_attempt_at <= UTC_TIMESTAMP(3)`,
    [claimSeconds, row.id, row.attempts],
  );
  return result.affectedRows === 1;
}

export async function updateDelivery(
  executor: Executor,
  id: number,
  values: Partial<DeliveryRow>,
): Promise<void> {
  await executor.update(deliveries).set(values).where(eq(deliveries.id, id));
}

export interface QueueState {
  kind: WebhookKind;
  waiting: number;
  oldestSeconds: number;
}

/** What waits to be sent: how much, and since when the oldest does. */
export async function selectQueue(db: Database): Promise<QueueState[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT kind, count(*) AS waiting,
     timestampdiff(SECOND, min(created_at), UTC_TIMESTAMP(3)) AS oldestSeconds
     FROM deliveries WHERE status = 'waiting' GROUP BY kind`,
  );
  return rows.map((row) => ({
    kind: row.kind,
    waiting: Number(row.waiting),
    oldestSeconds: Math.max(0, Number(row.oldestSeconds)),
  }));
}

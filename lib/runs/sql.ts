import { and, asc, desc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Executor, type Transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { runHosts, runs } from "#db/schema/runs.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { blocksOf, type HostSet, hostSet } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";
import { HOSTS_MAX } from "./limits.ts";
import type { Counted } from "./totals.ts";

const answeredHosts = sql<number>`(select count(h.answered_at) from run_hosts h where h.run_id = ${runs.id})`;
const now = sql<Date>`utc_timestamp(3)`.mapWith(runs.createdAt);

const runColumns = {
  id: runs.id,
  kind: runs.kind,
  query: runs.query,
  policyId: runs.policyId,
  authorId: runs.authorId,
  authorName: runs.authorName,
  targets: runs.targets,
  hosts: runs.hosts,
  onlineHosts: runs.onlineHosts,
  createdAt: runs.createdAt,
  expiresAt: runs.expiresAt,
  stoppedAt: runs.stoppedAt,
  answeredHosts: answeredHosts.mapWith(Number).as("answered_hosts"),
  /** By the clock that expires_at was set by. */
  readAt: now.as("read_at"),
};

export type RunRow = Awaited<ReturnType<typeof selectRuns>>[number];

/** Runs, newest first. Whose is for the caller to decide: a run belongs to a person, not a team. */
export function selectRuns(executor: Executor, authorId: number | undefined, paging: Paging) {
  return executor
    .select(runColumns)
    .from(runs)
    .where(authorId === undefined ? undefined : eq(runs.authorId, authorId))
    .orderBy(desc(runs.id))
    .limit(paging.limit)
    .offset(paging.offset);
}

export async function selectRun(executor: Executor, id: number): Promise<RunRow | undefined> {
  const [row] = await executor.select(runColumns).from(runs).where(eq(runs.id, id));
  return row;
}

/** The runs that wait for hosts, as the limits count them. */
export async function selectWaitingRuns(
  executor: Executor,
): Promise<{ authorId: number | null; hosts: number }[]> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT author_id AS authorId, hosts FROM runs r
     WHERE expires_at > UTC_TIMESTAMP(3) AND stopped_at IS NULL
     AND EXISTS (SELECT 1 FROM run_hosts h WHERE h.run_id = r.id AND h.answered_at IS NULL)`,
  );
  return rows as { authorId: number | null; hosts: number }[];
}

export async function insertRun(
  tx: Transaction,
  run: Omit<typeof runs.$inferInsert, "id" | "createdAt" | "expiresAt">,
  lifeSeconds: number,
): Promise<number> {
  const [result] = await tx.insert(runs).values({
    ...run,
    createdAt: sql`utc_timestamp(3)`,
    expiresAt: sql`utc_timestamp(3) + interval ${lifeSeconds} second`,
  });
  return result.insertId;
}

export function insertRunHosts(
  tx: Transaction,
  runId: number,
  hostIds: readonly number[],
): Promise<void> {
  return bulk(
    tx,
    "INSERT INTO run_hosts (run_id, host_id) VALUES ?",
    hostIds.map((hostId) => [runId, hostId]),
  );
}

/** Whether it was running. */
export async function updateStopped(executor: Executor, id: number): Promise<boolean> {
  const [result] = await executor
    .update(runs)
    .set({ stoppedAt: sql`utc_timestamp(3)` })
    .where(and(eq(runs.id, id), isNull(runs.stoppedAt), gt(runs.expiresAt, sql`utc_timestamp(3)`)));
  return result.affectedRows > 0;
}

const countedColumns = {
  hostId: runHosts.hostId,
  teamId: hosts.teamId,
  platformFamily: sql<string>`coalesce(${hosts.platformFamily}, '')`,
  state: runHosts.state,
  rowCount: runHosts.rowCount,
  error: runHosts.error,
  wallMs: runHosts.wallMs,
  memoryBytes: runHosts.memoryBytes,
  answeredAt: runHosts.answeredAt,
};

export type CountedRow = Counted & { teamId: number | null; answeredAt: Date | null };

/**
 * What is counted of a run's hosts that the scope has by now, deleted ones included where it has all;
 * `hostIds`: of these alone.
 */
export function selectCounted(
  executor: Executor,
  scope: TeamScope,
  runId: number,
  hostIds?: readonly number[],
): Promise<CountedRow[]> {
  return executor
    .select(countedColumns)
    .from(runHosts)
    .leftJoin(hosts, eq(hosts.id, runHosts.hostId))
    .where(and(conditionsOf(runId, { hostIds }), inScope(scope, hosts.teamId)));
}

export interface Progress {
  isStopped: boolean;
  /** Its time is up, or it is stopped and no host that was asked has yet to answer. */
  isOver: boolean;
  answered: { hostId: number; answeredAt: Date }[];
}

/** Who answered since a moment, and whether more may come: an index and one row. */
export async function selectProgress(
  executor: Executor,
  runId: number,
  since: Date,
): Promise<Progress> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT NULL AS hostId, created_at AS answeredAt, stopped_at IS NOT NULL AS isStopped,
     expires_at <= UTC_TIMESTAMP(3) OR stopped_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM run_hosts h
     WHERE h.run_id = r.id AND h.answered_at IS NULL AND h.asked_at IS NOT NULL) AS isOver
     FROM runs r WHERE id = ?
     UNION ALL
     SELECT host_id, answered_at, NULL, NULL FROM run_hosts WHERE run_id = ? AND answered_at >= ?`,
    [runId, runId, since],
  );
  const run = rows.find((row) => row.hostId === null);
  // Of two types the database makes a third, which may come as text.
  const answered = rows.flatMap(({ hostId, answeredAt }) =>
    hostId === null ? [] : [{ hostId: Number(hostId), answeredAt }],
  );
  return {
    isStopped: Number(run?.isStopped) === 1,
    isOver: Number(run?.isOver ?? 1) === 1,
    answered,
  };
}

/** The hosts of the scope that a run waits for. */
export async function selectWaitingSet(
  executor: Executor,
  scope: TeamScope,
  runId: number,
): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(runHosts.hostId))
    .from(runHosts)
    .leftJoin(hosts, eq(hosts.id, runHosts.hostId))
    .where(
      and(eq(runHosts.runId, runId), isNull(runHosts.answeredAt), inScope(scope, hosts.teamId)),
    )
    .groupBy(sql`block`);
  return hostSet(rows);
}

export type RunHostRow = Awaited<ReturnType<typeof selectRunHosts>>[number];

export interface RunHostFilter {
  hostIds?: readonly number[];
  /** As the state of the row and whether it has rows. */
  state?: "waiting" | "done" | "error";
  hasRows?: boolean;
  afterHostId?: number;
}

function conditionsOf(runId: number, filter: RunHostFilter): SQL | undefined {
  const { hostIds, state, hasRows, afterHostId } = filter;
  return and(
    eq(runHosts.runId, runId),
    hostIds && inArray(runHosts.hostId, [...hostIds]),
    state && eq(runHosts.state, state),
    hasRows === undefined
      ? undefined
      : hasRows
        ? gt(runHosts.rowCount, 0)
        : eq(runHosts.rowCount, 0),
    afterHostId === undefined ? undefined : gt(runHosts.hostId, afterHostId),
  );
}

/** Hosts of a run with their answers, by id; those alone that the scope has by now. */
export function selectRunHosts(
  executor: Executor,
  scope: TeamScope,
  runId: number,
  filter: RunHostFilter,
  paging: Paging,
) {
  return executor
    .select({
      answer: runHosts,
      hostname: hosts.hostname,
      displayName: hosts.displayName,
      platform: hosts.platform,
      platformFamily: hosts.platformFamily,
      teamId: hosts.teamId,
    })
    .from(runHosts)
    .innerJoin(hosts, eq(hosts.id, runHosts.hostId))
    .where(and(conditionsOf(runId, filter), inScope(scope, hosts.teamId)))
    .orderBy(asc(runHosts.hostId))
    .limit(paging.limit)
    .offset(paging.offset);
}

/** The hosts that go by any of the names: identity, UUID, serial number or host name. */
export async function selectIdsByIdentifiers(
  executor: Executor,
  scope: TeamScope,
  names: readonly string[],
): Promise<number[]> {
  if (names.length === 0) return [];
  const by = (column: MySqlColumn) =>
    executor
      .select({ id: hosts.id })
      .from(hosts)
      .where(and(inArray(column, [...names]), inScope(scope, hosts.teamId)))
      .limit(HOSTS_MAX + 1);
  const found = await Promise.all([
    executor
      .select({ id: hosts.id })
      .from(hostAgents)
      .innerJoin(hosts, eq(hosts.id, hostAgents.hostId))
      .where(and(inArray(hostAgents.identifier, [...names]), inScope(scope, hosts.teamId))),
    by(hosts.uuid),
    by(hosts.hardwareSerial),
    by(hosts.hostname),
  ]);
  return [...new Set(found.flat().map(({ id }) => id))];
}

/** A policy's name, team and present SQL; outside of what a viewer sees, to decide on. */
export async function selectPolicyQuery(executor: Executor, policyId: number) {
  const [row] = await executor
    .select({ name: policies.name, teamId: policies.teamId, query: policies.query })
    .from(policies)
    .where(eq(policies.id, policyId));
  return row;
}

export interface KeptAnswer {
  hostId: number;
  state: string;
  rowCount: number;
  error: string | null;
  askedAt: Date;
}

/** Answers of a run without their rows, by host, from behind `afterHostId`. */
export async function selectKeptAnswers(
  executor: Executor,
  runId: number,
  afterHostId: number,
  limit: number,
): Promise<KeptAnswer[]> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT host_id AS hostId, state, row_count AS rowCount, error, asked_at AS askedAt
     FROM run_hosts WHERE run_id = ? AND host_id > ? AND answered_at IS NOT NULL
     ORDER BY host_id LIMIT ?`,
    [runId, afterHostId, limit],
  );
  return rows as KeptAnswer[];
}

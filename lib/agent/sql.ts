import { eq } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Database, type Executor, type Transaction } from "#db/client.ts";
import { labels } from "#db/schema/labels.ts";
import { policies } from "#db/schema/policies.ts";
import type { AgentRow } from "./host-entry.ts";
import type { Vitals } from "./vitals.ts";

const AGENT_COLUMNS = `a.host_id AS hostId, a.node_key_hash AS nodeKeyHash,
  a.previous_node_key_hash AS previousNodeKeyHash,
  a.previous_node_key_expires_at AS previousNodeKeyExpiresAt, a.card,
  a.label_card AS labelCard, a.label_updated_at AS labelUpdatedAt,
  a.detail_updated_at AS detailUpdatedAt, a.refetch_requested_at AS refetchRequestedAt,
  a.revision, h.team_id AS teamId, h.platform_family AS platformFamily, h.platform`;

type Rows = (AgentRow & RowDataPacket)[];

/**
 * Hosts that have one of the hashes as key. Two statements, because OR across columns uses neither
 * index; the second, for previous keys, is needed only when the first left something unfound.
 */
export async function selectAgentsByKey(db: Database, hashes: Buffer[]): Promise<AgentRow[]> {
  const [present] = await db.$client.query<Rows>(
    `SELECT ${AGENT_COLUMNS} FROM host_agents a JOIN hosts h ON h.id = a.host_id
     WHERE a.node_key_hash IN (?)`,
    [hashes],
  );
  if (present.length === hashes.length) return present;
  const found = new Set(present.map((row) => row.nodeKeyHash.toString("hex")));
  const unfound = hashes.filter((hash) => !found.has(hash.toString("hex")));
  const [previous] = await db.$client.query<Rows>(
    `SELECT ${AGENT_COLUMNS} FROM host_agents a JOIN hosts h ON h.id = a.host_id
     WHERE a.previous_node_key_hash IN (?) AND a.node_key_hash IS NOT NULL`,
    [unfound],
  );
  return [...present, ...previous];
}

export async function selectAgentsById(
  executor: Executor,
  hostIds: readonly number[],
): Promise<AgentRow[]> {
  const [rows] = await executor.$client.query<Rows>(
    `SELECT ${AGENT_COLUMNS} FROM host_agents a JOIN hosts h ON h.id = a.host_id
     WHERE a.host_id IN (?) AND a.node_key_hash IS NOT NULL`,
    [hostIds],
  );
  return rows;
}

/** What changed since a moment of the database's clock, oldest first. */
export async function selectChangedAgents(
  db: Database,
  since: Date,
  limit: number,
): Promise<{ hostId: number; revision: number; deleted: number; changedAt: Date }[]> {
  const [rows] = await db.$client.query<RowDataPacket[]>(
    `SELECT host_id AS hostId, revision, deleted_at IS NOT NULL AS deleted, changed_at AS changedAt
     FROM host_agents WHERE changed_at >= ? ORDER BY changed_at LIMIT ?`,
    [since, limit],
  );
  return rows as { hostId: number; revision: number; deleted: number; changedAt: Date }[];
}

export interface Pulse {
  now: Date;
  policies: number;
  config: number;
  /** Whether some run's time is not over. */
  openRuns: boolean;
}

/** The database's time and the revisions, in one small read. */
export async function selectPulse(executor: Executor): Promise<Pulse> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT UTC_TIMESTAMP(3) AS now,
     (SELECT value FROM revisions WHERE name = 'policies') AS policies,
     (SELECT value FROM revisions WHERE name = 'config') AS config,
     EXISTS (SELECT 1 FROM runs WHERE expires_at > UTC_TIMESTAMP(3) AND stopped_at IS NULL)
       AS openRuns`,
  );
  const row = rows[0];
  if (!row) throw new Error("the database answered no row to a query that has one");
  return {
    now: row.now,
    policies: Number(row.policies ?? 0),
    config: Number(row.config ?? 0),
    openRuns: Boolean(row.openRuns),
  };
}

export function selectPlannedPolicies(executor: Executor) {
  return executor
    .select({
      id: policies.id,
      teamId: policies.teamId,
      platform: policies.platform,
      critical: policies.critical,
      intervalSeconds: policies.intervalSeconds,
      revision: policies.revision,
      platformSince: policies.platformSince,
      labelScope: policies.labelScope,
      scopeEras: policies.scopeEras,
      pausedAt: policies.pausedAt,
      runRequestedAt: policies.runRequestedAt,
      queryRevision: policies.queryRevision,
      query: policies.query,
    })
    .from(policies)
    .orderBy(policies.id);
}

/** What hosts are asked, by label. */
export async function selectLabelQueries(executor: Executor): Promise<Map<number, string>> {
  const rows = await executor
    .select({ id: labels.id, query: labels.query })
    .from(labels)
    .where(eq(labels.membershipType, "dynamic"));
  return new Map(rows.map(({ id, query }) => [id, query]));
}

/** Contact. GREATEST, because two servers may write about one host in either order. */
export function upsertSeen(
  executor: Executor,
  rows: readonly { hostId: number; seenAt: Date }[],
): Promise<void> {
  return bulk(
    executor,
    `INSERT INTO host_seen (host_id, seen_at) VALUES ?
     ON DUPLICATE KEY UPDATE seen_at = GREATEST(seen_at, VALUES(seen_at))`,
    rows.map((row) => [row.hostId, row.seenAt]),
  );
}

/** Hosts per statement of updateSeen, which locks their rows until it ends. */
const SEEN_PER_STATEMENT = 2_000;

/** One time for all: a third of what a time each costs. Every enrolled host has a row. */
export async function updateSeen(
  db: Database,
  hostIds: readonly number[],
  seenAt: Date,
): Promise<void> {
  for (let from = 0; from < hostIds.length; from += SEEN_PER_STATEMENT) {
    const some = hostIds.slice(from, from + SEEN_PER_STATEMENT);
    await db.$client.query(
      "UPDATE host_seen SET seen_at = ? WHERE host_id IN (?) AND seen_at < ?",
      [seenAt, some, seenAt],
    );
  }
}

/** What hosts are being handed. One row a host and in order of id, or writers dead-lock. */
export function upsertAsked(
  executor: Executor,
  rows: readonly { hostId: number; at: Date; revision: number }[],
): Promise<void> {
  return bulk(
    executor,
    `INSERT INTO host_seen (host_id, seen_at, asked_at, asked_revision) VALUES ?
     ON DUPLICATE KEY UPDATE seen_at = GREATEST(seen_at, VALUES(seen_at)),
     asked_at = VALUES(asked_at),
     asked_revision = GREATEST(IFNULL(asked_revision, 0), VALUES(asked_revision))`,
    rows.map((row) => [row.hostId, row.at, row.at, row.revision]),
  );
}

/** The newest SQL that hosts were ever handed, as policies.query_revision. */
export async function selectAskedRevisions(
  tx: Transaction,
  hostIds: readonly number[],
): Promise<Map<number, number>> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    "SELECT host_id, asked_revision FROM host_seen WHERE host_id IN (?) AND asked_revision IS NOT NULL",
    [hostIds],
  );
  return new Map(rows.map((row) => [row.host_id, Number(row.asked_revision)]));
}

/** Property names of hosts as their columns. */
function columnsOf(vitals: Vitals): Record<string, unknown> {
  const entries = Object.entries(vitals).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(entries);
}

/** Sets what details told. A statement per host: reports of details are rare and all differ. */
export async function updateVitals(
  tx: Transaction,
  hostId: number,
  vitals: Vitals,
  at: Date,
): Promise<void> {
  if (Object.keys(vitals).length === 0) return;
  const columns = { ...columnsOf(vitals), updated_at: at };
  await tx.$client.query("UPDATE hosts SET ? WHERE id = ?", [columns, hostId]);
}

export function upsertInventory(
  tx: Transaction,
  rows: readonly { hostId: number; users: unknown[]; batteries: unknown[] }[],
): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO host_inventory (host_id, users, batteries) VALUES ?
     ON DUPLICATE KEY UPDATE users = VALUES(users), batteries = VALUES(batteries)`,
    rows.map((row) => [row.hostId, JSON.stringify(row.users), JSON.stringify(row.batteries)]),
  );
}

export interface EnrolledRow {
  hostId: number;
  nodeKeyHash: Buffer | null;
  teamId: number | null;
  platformFamily: string;
  lastEnrolledAt: Date;
}

/** The host that goes by an identity, locked; undefined when it is new. */
export async function lockAgentByIdentifier(
  tx: Transaction,
  identifier: string,
): Promise<EnrolledRow | undefined> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT a.host_id AS hostId, a.node_key_hash AS nodeKeyHash, h.team_id AS teamId,
     h.platform_family AS platformFamily, h.last_enrolled_at AS lastEnrolledAt
     FROM host_agents a JOIN hosts h ON h.id = a.host_id WHERE a.identifier = ? FOR UPDATE`,
    [identifier],
  );
  return rows[0] as EnrolledRow | undefined;
}

export async function insertHost(
  tx: Transaction,
  host: { teamId: number | null; vitals: Vitals; at: Date },
): Promise<number> {
  const row = {
    ...columnsOf(host.vitals),
    team_id: host.teamId,
    created_at: host.at,
    updated_at: host.at,
    last_enrolled_at: host.at,
  };
  const [result] = await tx.$client.query("INSERT INTO hosts SET ?", [row]);
  return (result as { insertId: number }).insertId;
}

export async function insertAgent(
  tx: Transaction,
  agent: { hostId: number; identifier: string; nodeKeyHash: Buffer; labelCard: Buffer },
): Promise<void> {
  await tx.$client.query(
    `INSERT INTO host_agents (host_id, identifier, node_key_hash, label_card, refetch_requested_at,
     changed_at) VALUES (?, ?, ?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))`,
    [agent.hostId, agent.identifier, agent.nodeKeyHash, agent.labelCard],
  );
}

/** Gives a known host a new key; the one it had works until `previousExpiresAt`. */
export async function replaceNodeKey(
  tx: Transaction,
  key: { hostId: number; nodeKeyHash: Buffer; previousExpiresAt: Date },
): Promise<void> {
  await tx.$client.query(
    `UPDATE host_agents SET previous_node_key_hash = node_key_hash,
     previous_node_key_expires_at = ?, node_key_hash = ?, refetch_requested_at = UTC_TIMESTAMP(3),
     revision = revision + 1, changed_at = UTC_TIMESTAMP(3) WHERE host_id = ?`,
    [key.previousExpiresAt, key.nodeKeyHash, key.hostId],
  );
}

/** Ends a refetch that the host was asked for and never completed. */
export async function clearRefetch(
  executor: Executor,
  hostId: number,
  requestedAt: Date,
): Promise<void> {
  await executor.$client.query(
    `UPDATE host_agents SET refetch_requested_at = NULL, revision = revision + 1,
     changed_at = UTC_TIMESTAMP(3) WHERE host_id = ? AND refetch_requested_at <= ?`,
    [hostId, requestedAt],
  );
}

export interface CostRow {
  policyId: number;
  revision: number;
  metric: "wall" | "memory";
  bucket: number;
  runs: number;
}

/** Adds to what runs of policies cost. Rows must be in order of the key. */
export function addCosts(executor: Executor, rows: readonly CostRow[]): Promise<void> {
  return bulk(
    executor,
    `INSERT INTO policy_costs (policy_id, revision, metric, bucket, runs) VALUES ?
     ON DUPLICATE KEY UPDATE runs = runs + VALUES(runs)`,
    rows.map((row) => [row.policyId, row.revision, row.metric, row.bucket, row.runs]),
  );
}

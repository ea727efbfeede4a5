import type { RowDataPacket } from "mysql2/promise";
import { bulk, type Executor, type Transaction } from "#db/client.ts";

/** Runs that wait for hosts: their time is not over and nobody stopped them. In order of id. */
export async function selectOpenRuns(executor: Executor, limit: number): Promise<number[]> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT id FROM runs r WHERE expires_at > UTC_TIMESTAMP(3) AND stopped_at IS NULL
     AND EXISTS (SELECT 1 FROM run_hosts h WHERE h.run_id = r.id AND h.answered_at IS NULL)
     ORDER BY id LIMIT ?`,
    [limit],
  );
  return rows.map((row) => row.id);
}

export interface AuthorRow extends RowDataPacket {
  id: number;
  /** null: the server itself. */
  authorId: number | null;
  globalRole: string | null;
  teamId: number | null;
  role: string | null;
}

const AUTHOR_COLUMNS =
  "r.id, r.author_id AS authorId, u.global_role AS globalRole, t.team_id AS teamId, t.role";
const RUNS_WITH_AUTHORS =
  "runs r LEFT JOIN users u ON u.id = r.author_id LEFT JOIN user_teams t ON t.user_id = u.id";

/** Those of the runs whose time is not over and that nobody stopped, a row for each team of the author. */
export async function selectStillOpen(
  tx: Transaction,
  ids: readonly number[],
): Promise<AuthorRow[]> {
  const [rows] = await tx.$client.query<AuthorRow[]>(
    `SELECT ${AUTHOR_COLUMNS} FROM ${RUNS_WITH_AUTHORS}
     WHERE r.id IN (?) AND r.expires_at > UTC_TIMESTAMP(3) AND r.stopped_at IS NULL`,
    [ids],
  );
  return rows;
}

/** Each host's team, 0 for none. */
export async function selectTeamsOfHosts(
  tx: Transaction,
  hostIds: readonly number[],
): Promise<Map<number, number>> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    "SELECT id, ifnull(team_id, 0) AS teamId FROM hosts WHERE id IN (?)",
    [hostIds],
  );
  return new Map(rows.map((row) => [row.id, Number(row.teamId)]));
}

export interface OpenRun {
  id: number;
  query: string;
  hosts: number;
  expiresAt: Date;
}

export async function selectRunsToHandOut(
  executor: Executor,
  ids: readonly number[],
): Promise<OpenRun[]> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    "SELECT id, query, hosts, expires_at AS expiresAt FROM runs WHERE id IN (?)",
    [ids],
  );
  return rows as OpenRun[];
}

/** The hosts that a run still waits for. */
export async function selectWaitingHosts(executor: Executor, runId: number): Promise<number[]> {
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    "SELECT host_id FROM run_hosts WHERE run_id = ? AND answered_at IS NULL",
    [runId],
  );
  return rows.map((row) => row.host_id);
}

export interface AskedHost {
  hostId: number;
  askedTimes: number;
  /** null: never. By the database's clock. */
  askedAgoMs: number | null;
}

/** Hosts that have not answered a run, locked. In order of id, or writers dead-lock. */
export async function lockUnanswered(
  tx: Transaction,
  runId: number,
  hostIds: readonly number[],
): Promise<AskedHost[]> {
  const [rows] = await tx.$client.query<RowDataPacket[]>(
    `SELECT host_id AS hostId, asked_times AS askedTimes,
     TIMESTAMPDIFF(SECOND, asked_at, UTC_TIMESTAMP(3)) * 1000 AS askedAgoMs FROM run_hosts
     WHERE run_id = ? AND host_id IN (?) AND answered_at IS NULL ORDER BY host_id FOR UPDATE`,
    [runId, hostIds],
  );
  return rows as AskedHost[];
}

export async function countAsking(
  tx: Transaction,
  runId: number,
  hostIds: readonly number[],
): Promise<void> {
  await tx.$client.query(
    `UPDATE run_hosts SET asked_times = asked_times + 1,
     asked_at = IFNULL(asked_at, UTC_TIMESTAMP(3)) WHERE run_id = ? AND host_id IN (?)`,
    [runId, hostIds],
  );
}

export interface TakingRun extends AuthorRow {
  hosts: number;
  /** The database's time. */
  now: Date;
}

/**
 * Those of the runs that still take answers, a row for each team of the author: a stopped one does,
 * from hosts that had been asked.
 */
export async function selectTakingRuns(
  tx: Transaction,
  ids: readonly number[],
): Promise<TakingRun[]> {
  const [rows] = await tx.$client.query<TakingRun[]>(
    `SELECT r.hosts, UTC_TIMESTAMP(3) AS now, ${AUTHOR_COLUMNS} FROM ${RUNS_WITH_AUTHORS}
     WHERE r.id IN (?) AND r.expires_at > UTC_TIMESTAMP(3)`,
    [ids],
  );
  return rows;
}

export interface AnswerRow {
  runId: number;
  hostId: number;
  state: "done" | "error";
  rowCount: number;
  rowsJson: string;
  error: string | null;
  wallMs: number | null;
  memoryBytes: number | null;
  answeredAt: Date;
}

/** Answers of locked rows: an upsert only in form. */
export function upsertAnswers(tx: Transaction, rows: readonly AnswerRow[]): Promise<void> {
  return bulk(
    tx,
    `INSERT INTO run_hosts (run_id, host_id, state, row_count, answer_rows, error, wall_ms,
     memory_bytes, asked_at, answered_at) VALUES ?
     ON DUPLICATE KEY UPDATE state = VALUES(state), row_count = VALUES(row_count),
     answer_rows = VALUES(answer_rows), error = VALUES(error), wall_ms = VALUES(wall_ms),
     memory_bytes = VALUES(memory_bytes), asked_at = IFNULL(asked_at, VALUES(asked_at)),
     answered_at = VALUES(answered_at)`,
    rows.map((row) => [
      row.runId,
      row.hostId,
      row.state,
      row.rowCount,
      row.rowsJson,
      row.error,
      row.wallMs,
      row.memoryBytes,
      row.answeredAt,
      row.answeredAt,
    ]),
  );
}

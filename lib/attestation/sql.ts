import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";

/** What an attestation depends on besides the host, when a row was read. */
export interface Moment {
  /** Milliseconds since 1970, by the clock that evidence is dated with. */
  readAtMs: number;
  policiesRevision: number | null;
  configRevision: number | null;
}

/** A host that somebody asked for, without its answers. */
export interface Match extends Moment {
  id: number;
  teamId: number | null;
  platformFamily: string;
  deviceTokenVersion: number;
  /** host_agents.revision: another one with every change of the cards. null: never enrolled. */
  revision: number | null;
  /**
   * host_agents.changed_at, as text: after a failover that lost commits a revision may be given twice,
   * but not at the same moment.
   */
  changedAt: string | null;
}

/** All that an attestation is computed from. */
export interface Evidence extends Match {
  card: Buffer | null;
  labelCard: Buffer | null;
}

/** As a number, which the driver reads many times faster than a time. */
const READ_AT_MS = `TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000`;
/** The moment in every row: a statement of its own costs four times as much. */
const MATCH = `h.id, h.team_id AS teamId, h.platform_family AS platformFamily,
  h.device_token_version AS deviceTokenVersion, a.revision,
  UNIX_TIMESTAMP(a.changed_at) AS changedAt, ${READ_AT_MS} AS readAtMs,
  (SELECT value FROM revisions WHERE name = 'policies') AS policiesRevision,
  (SELECT value FROM revisions WHERE name = 'config') AS configRevision`;

/** By id; without those that are gone. */
export async function selectEvidence(
  executor: Executor,
  ids: readonly number[],
): Promise<Map<number, Evidence>> {
  const [rows] = await executor.$client.query<(Evidence & RowDataPacket)[]>(
    `SELECT ${MATCH}, a.card, a.label_card AS labelCard
     FROM hosts h LEFT JOIN host_agents a ON a.host_id = h.id WHERE h.id IN (?)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

interface Enrolled extends Match, RowDataPacket {
  identifier: string;
}

/** Hosts that enrolled by one of the identifiers, of any team. */
export async function selectEnrolled(
  executor: Executor,
  identifiers: readonly string[],
): Promise<Enrolled[]> {
  const [rows] = await executor.$client.query<Enrolled[]>(
    `SELECT a.identifier, ${MATCH} FROM host_agents a JOIN hosts h ON h.id = a.host_id
     WHERE a.identifier IN (?)`,
    [identifiers],
  );
  return rows;
}

export interface Named extends Match, RowDataPacket {
  /** Which identifier, from 1. */
  at: number;
  /** How the host goes by it; as in selectIdsByIdentifier. */
  rank: number;
}

const WAYS = ["a.identifier", "h.uuid", "h.hardware_serial", "h.hostname"];

/**
 * Hosts that go by any of the identifiers, of any team, `limit` of each way at the most. As
 * selectIdsByIdentifier, for many at once. FIELD compares as the column does, and names the first
 * identifier that equals: give no two that differ in case or accents alone.
 */
export async function selectMatches(
  executor: Executor,
  identifiers: readonly string[],
  limit: number,
): Promise<Named[]> {
  const by = (column: string, index: number) =>
    `(SELECT FIELD(${column}, ?) AS at, ${index + 1} AS \`rank\`, ${MATCH}
      FROM hosts h ${index === 0 ? "JOIN" : "LEFT JOIN"} host_agents a ON a.host_id = h.id
      WHERE ${column} IN (?) LIMIT ?)`;
  const [rows] = await executor.$client.query<Named[]>(
    WAYS.map(by).join(" UNION ALL "),
    WAYS.flatMap(() => [identifiers, identifiers, limit]),
  );
  return rows;
}

import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import type { Paging } from "#lib/http/list-options.ts";
import { IS_FLIP } from "#lib/membership/flapping-sql.ts";

/** Of a row of hosts as h. */
function ofTeams(scope: TeamScope, teamId: number | undefined): { sql: string; values: unknown[] } {
  const parts: string[] = [];
  const values: unknown[] = [];
  if (scope.teamIds !== "all") {
    parts.push("h.team_id IN (?)");
    values.push([...scope.teamIds]);
  }
  if (teamId === 0) parts.push("h.team_id IS NULL");
  else if (teamId !== undefined) {
    parts.push("h.team_id = ?");
    values.push(teamId);
  }
  return { sql: parts.length > 0 ? `AND ${parts.join(" AND ")}` : "", values };
}

export interface ChangeRow extends RowDataPacket {
  id: number;
  policyId: number;
  revision: number;
  fromState: string;
  toState: string;
  error: string | null;
  at: Date;
}

/** A host's changes of some policies, the newest first. */
export async function selectChanges(
  executor: Executor,
  hostId: number,
  policyIds: readonly number[],
  { limit, offset }: Paging,
): Promise<ChangeRow[]> {
  if (policyIds.length === 0) return [];
  const [rows] = await executor.$client.query<ChangeRow[]>(
    `SELECT id, policy_id AS policyId, revision, from_state AS fromState, to_state AS toState,
     error, at FROM policy_transitions FORCE INDEX (policy_transitions_pair)
     WHERE policy_id IN (?) AND host_id = ? ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
    [policyIds, hostId, limit, offset],
  );
  return rows;
}

/**
 * Since when a host fails policies' present SQL: the first fail after the last state that is neither a
 * fail nor keeps one, as evidence has it. Who is exempt fails nothing.
 */
export async function selectFailingSince(
  executor: Executor,
  hostId: number,
  policyIds: readonly number[],
): Promise<Map<number, Date>> {
  if (policyIds.length === 0) return new Map();
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT t.policy_id AS policyId, min(t.at) AS since
     FROM policy_membership m JOIN policies p ON p.id = m.policy_id AND p.revision = m.revision
     JOIN policy_transitions t FORCE INDEX (policy_transitions_pair)
     ON t.policy_id = m.policy_id AND t.host_id = m.host_id AND t.revision = m.revision
     WHERE m.host_id = ? AND m.policy_id IN (?) AND m.passes = 0 AND m.state <> 'exempt' AND t.to_state = 'fail'
     AND t.id > ifnull((SELECT max(l.id) FROM policy_transitions l
       FORCE INDEX (policy_transitions_pair) WHERE l.policy_id = m.policy_id
       AND l.host_id = m.host_id AND l.revision = m.revision AND l.to_state NOT IN ('fail', 'error', 'stale')), 0)
     GROUP BY t.policy_id`,
    [hostId, policyIds],
  );
  return new Map(rows.map((row) => [row.policyId, row.since]));
}

export interface FlappingRow extends RowDataPacket {
  hostId: number;
  displayName: string;
  changes: number;
  lastAt: Date;
  hosts: number;
}

/** Hosts that went between pass and fail more than `most` times since, the worst first. */
export async function selectFlappingHosts(
  executor: Executor,
  of: { policyId: number; scope: TeamScope; teamId: number | undefined },
  since: Date,
  most: number,
  { limit, offset }: Paging,
): Promise<FlappingRow[]> {
  const teams = ofTeams(of.scope, of.teamId);
  const [rows] = await executor.$client.query<FlappingRow[]>(
    `SELECT f.host_id AS hostId, h.display_name AS displayName, f.changes, f.last_at AS lastAt,
     count(*) OVER () AS hosts
     FROM (SELECT t.host_id, count(*) AS changes, max(t.at) AS last_at
       FROM policy_transitions t FORCE INDEX (policy_transitions_policy)
       WHERE t.policy_id = ? AND t.at > ? AND ${IS_FLIP}
       GROUP BY t.host_id HAVING count(*) > ?) f
     JOIN hosts h ON h.id = f.host_id WHERE true ${teams.sql}
     ORDER BY f.changes DESC, f.host_id LIMIT ? OFFSET ?`,
    [of.policyId, since, most, ...teams.values, limit, offset],
  );
  return rows;
}

export interface ErrorGroupRow extends RowDataPacket {
  message: string;
  osqueryVersion: string;
  hosts: number;
  /** A few ids of hosts, with commas. */
  samples: string;
  groups: number;
}

const MESSAGE_CHARACTERS = 300;
/** osquery's words for a query that its watchdog stopped and that it does not run again for a day. */
const IS_DENYLISTED = "m.error LIKE '%denylisted%'";

type Of = { policyId: number; scope: TeamScope; teamId: number | undefined };

const erring = (of: Of) => {
  const teams = ofTeams(of.scope, of.teamId);
  return {
    from: `FROM policies p JOIN policy_membership m ON m.policy_id = p.id
      AND m.revision = p.revision AND m.state = 'error'
      JOIN hosts h ON h.id = m.host_id WHERE p.id = ? ${teams.sql}`,
    values: [of.policyId, ...teams.values],
  };
};

/** Errors of a policy by message and osquery's version; those of most hosts first. */
export async function selectErrorGroups(
  executor: Executor,
  of: Of,
  limit: number,
): Promise<ErrorGroupRow[]> {
  const { from, values } = erring(of);
  const [rows] = await executor.$client.query<ErrorGroupRow[]>(
    `SELECT g.*, count(*) OVER () AS \`groups\` FROM (
       SELECT left(ifnull(m.error, ''), ${MESSAGE_CHARACTERS}) AS message,
       h.osquery_version AS osqueryVersion, count(*) AS hosts,
       substring_index(group_concat(m.host_id ORDER BY m.host_id), ',', 5) AS samples
       ${from} GROUP BY 1, 2) g ORDER BY hosts DESC, message LIMIT ?`,
    [...values, limit],
  );
  return rows;
}

export interface DenylistedRow extends RowDataPacket {
  hostId: number;
  displayName: string;
  osqueryVersion: string;
  since: Date;
  hosts: number;
}

export async function selectDenylisted(
  executor: Executor,
  of: Of,
  limit: number,
): Promise<DenylistedRow[]> {
  const { from, values } = erring(of);
  const [rows] = await executor.$client.query<DenylistedRow[]>(
    `SELECT h.id AS hostId, h.display_name AS displayName, h.osquery_version AS osqueryVersion,
     m.since, count(*) OVER () AS hosts ${from} AND ${IS_DENYLISTED}
     ORDER BY h.display_name, h.id LIMIT ?`,
    [...values, limit],
  );
  return rows;
}

export interface CostRow extends RowDataPacket {
  revision: number;
  metric: "wall" | "memory";
  bucket: number;
  runs: number;
}

export async function selectCosts(executor: Executor, policyId: number): Promise<CostRow[]> {
  const [rows] = await executor.$client.query<CostRow[]>(
    `SELECT revision, metric, bucket, runs FROM policy_costs WHERE policy_id = ?
     ORDER BY revision DESC, metric, bucket`,
    [policyId],
  );
  return rows;
}

import { isDenylisted, outcomeOf, type RunKind } from "./outcome.ts";
import type { RunHostJson, RunHostsReply, RunJson, TotalsJson } from "./schema.ts";
import type { RunHostRow, RunRow } from "./sql.ts";
import type { RunTotals } from "./totals.ts";

const moment = (at: Date | null): string | null => at?.toISOString() ?? null;

function stateOf(run: RunRow): RunJson["state"] {
  if (run.answeredHosts >= run.hosts) return "answered";
  if (run.stoppedAt) return "stopped";
  return run.expiresAt <= run.readAt ? "over" : "running";
}

export const serializeRun = (run: RunRow): RunJson => ({
  id: run.id,
  kind: run.kind as RunKind,
  query: run.query,
  policy_id: run.policyId,
  author: { id: run.authorId, name: run.authorName },
  targets: run.targets,
  hosts: run.hosts,
  online_hosts: run.onlineHosts,
  answered_hosts: run.answeredHosts,
  state: stateOf(run),
  created_at: run.createdAt.toISOString(),
  expires_at: run.expiresAt.toISOString(),
  stopped_at: moment(run.stoppedAt),
});

export const serializeTotals = ({
  byPlatform,
  wallMs,
  memoryBytes,
  ...totals
}: RunTotals): TotalsJson => ({
  ...totals,
  by_platform: byPlatform,
  wall_time_ms: wallMs,
  memory_bytes: memoryBytes,
});

export const serializeRunHosts = (list: {
  run: RunRow;
  rows: RunHostRow[];
  meta: RunHostsReply["meta"];
}): RunHostsReply => ({
  hosts: list.rows.map((row) => serializeRunHost(list.run.kind, row)),
  meta: list.meta,
});

/** `rowsMax`: of those that are kept, how many to tell. */
export function serializeRunHost(kind: string, row: RunHostRow, rowsMax?: number): RunHostJson {
  const { answer } = row;
  return {
    host_id: answer.hostId,
    hostname: row.hostname,
    display_name: row.displayName ?? row.hostname,
    platform: row.platform,
    platform_family: row.platformFamily,
    team_id: row.teamId,
    outcome: outcomeOf(kind, answer),
    row_count: answer.rowCount,
    rows: (answer.rows ?? []).slice(0, rowsMax),
    error: answer.error,
    denylisted: isDenylisted(answer.error),
    wall_time_ms: answer.wallMs,
    memory_bytes: answer.memoryBytes,
    asked_times: answer.askedTimes,
    asked_at: moment(answer.askedAt),
    answered_at: moment(answer.answeredAt),
  };
}

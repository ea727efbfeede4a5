import { changes } from "#lib/activities/activities.ts";
import { type LabelNames, serializeLabelScope } from "./label-scope.ts";
import { passRate } from "./pass-rate.ts";
import { readVersionFields } from "./version-fields.ts";
import type { VersionJson } from "./version-schema.ts";
import type { VersionRow } from "./version-sql.ts";

export interface VersionCounts {
  passing: number;
  failing: number;
  erroring: number;
  stale: number;
  exempt: number;
}

function decided({ name, teamId, fields }: VersionRow, labelNames: LabelNames) {
  const { intervalSeconds, tags, labelScope, ...rest } = readVersionFields(fields);
  const labels = serializeLabelScope(labelScope, labelNames);
  return { name, team_id: teamId, ...rest, interval: intervalSeconds, tags: tags ?? [], ...labels };
}

/** `counts` null: the viewer may not see all the hosts that were counted. */
export function serializeVersion(
  row: VersionRow,
  previous: VersionRow | undefined,
  counts: VersionCounts | null,
  labelNames: LabelNames,
): VersionJson {
  const fields = decided(row, labelNames);
  return {
    version: row.version,
    revision: row.revision,
    ...fields,
    author_id: row.authorId,
    author_name: row.authorName,
    reason: row.reason,
    created_at: row.createdAt.toISOString(),
    ended_at: row.endedAt?.toISOString() ?? null,
    passing_host_count: counts?.passing ?? null,
    failing_host_count: counts?.failing ?? null,
    error_host_count: counts?.erroring ?? null,
    stale_host_count: counts?.stale ?? null,
    exempt_host_count: counts?.exempt ?? null,
    pass_rate: counts && passRate(counts),
    ...(previous ? changes(decided(previous, labelNames), fields) : { before: {}, after: {} }),
  };
}

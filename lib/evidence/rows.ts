import { HISTORY_STATES } from "#lib/history/states.ts";
import { readVersionFields } from "#lib/policies/version-fields.ts";
import type { AnswerRow } from "./answers.ts";
import type { ExemptionRow, VersionRow } from "./sql.ts";
import type { VerdictEvidence } from "./verdicts.ts";

type Cell = string | number | boolean | null;
export type FlatRow = Record<string, Cell>;

const SPENT = HISTORY_STATES.filter((state) => state !== "not_applicable");
const seconds = (ms: number) => Math.round(ms / 1000);

/** One host on one policy. */
export function answerJson({ policy, host, evidence, exemptReason }: AnswerRow): FlatRow {
  const spent = SPENT.map((state) => [`${state}_seconds`, seconds(evidence.spentMs[state])]);
  const { failingSinceMs } = evidence;
  return {
    policy_id: policy.id,
    policy_name: policy.name,
    host_id: host.hostId,
    host_name: host.displayName,
    hardware_serial: host.hardwareSerial,
    platform: host.platform,
    team_id: host.teamId,
    state_at_start: evidence.stateAtStart ?? "absent",
    state_at_end: evidence.stateAtEnd ?? "absent",
    ...Object.fromEntries(spent),
    failing_since: failingSinceMs === undefined ? null : new Date(failingSinceMs).toISOString(),
    revision: evidence.revision ?? null,
    exempt_reason: exemptReason,
  };
}

/** One edit of a policy, with what it was from then on. */
export function revisionJson(version: VersionRow): FlatRow {
  const fields = readVersionFields(version.fields);
  return {
    policy_id: version.policyId,
    policy_name: version.name,
    team_id: version.teamId,
    version: version.version,
    revision: version.revision,
    from: version.createdAt.toISOString(),
    until: version.endedAt?.toISOString() ?? null,
    author: version.authorName,
    reason: version.reason,
    platform: fields.platform,
    critical: fields.critical,
    tags: (fields.tags ?? []).join(","),
    query: fields.query,
    description: fields.description,
    resolution: fields.resolution,
  };
}

export const exemptionJson = ({ exemption: row, ...names }: ExemptionRow): FlatRow => ({
  exemption_id: row.id,
  policy_id: row.policyId,
  host_id: row.hostId,
  host_name: names.hostName,
  label_id: row.labelId,
  label_name: names.labelName,
  team_id: row.teamId,
  team_name: names.teamName,
  reason: row.reason,
  author: row.authorName,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
  revoked_at: row.revokedAt?.toISOString() ?? null,
  revoked_by: row.revokedByName,
});

/** One host. `absent`: it was not there, or its verdict was not kept yet. */
export const verdictJson = ({ host, atStart, atEnd, spentMs }: VerdictEvidence): FlatRow => ({
  host_id: host.hostId,
  host_name: host.displayName,
  hardware_serial: host.hardwareSerial,
  platform: host.platform,
  team_id: host.teamId,
  verdict_at_start: atStart ?? "absent",
  verdict_at_end: atEnd ?? "absent",
  pass_seconds: seconds(spentMs.pass),
  fail_seconds: seconds(spentMs.fail),
  unknown_seconds: seconds(spentMs.unknown),
  blocked_seconds: seconds(spentMs.fail + spentMs.unknown),
});

/** What CSV has of each part, in this order. */
export const COLUMNS = {
  answers: [
    "policy_id",
    "policy_name",
    "host_id",
    "host_name",
    "hardware_serial",
    "platform",
    "team_id",
    "state_at_start",
    "state_at_end",
    ...SPENT.map((state) => `${state}_seconds`),
    "failing_since",
    "revision",
    "exempt_reason",
  ],
  revisions: [
    "policy_id",
    "policy_name",
    "team_id",
    "version",
    "revision",
    "from",
    "until",
    "author",
    "reason",
    "platform",
    "critical",
    "tags",
    "query",
    "description",
    "resolution",
  ],
  exemptions: [
    "exemption_id",
    "policy_id",
    "host_id",
    "host_name",
    "label_id",
    "label_name",
    "team_id",
    "team_name",
    "reason",
    "author",
    "created_at",
    "expires_at",
    "revoked_at",
    "revoked_by",
  ],
  verdicts: [
    "host_id",
    "host_name",
    "hardware_serial",
    "platform",
    "team_id",
    "verdict_at_start",
    "verdict_at_end",
    "pass_seconds",
    "fail_seconds",
    "unknown_seconds",
    "blocked_seconds",
  ],
} as const satisfies Record<string, readonly string[]>;

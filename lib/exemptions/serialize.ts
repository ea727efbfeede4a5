import type { ExemptionJson } from "./schema.ts";
import type { ExemptionRecord, ExemptionRow } from "./sql.ts";

const GONE = "<deleted>";

type Target = ExemptionJson["target"];

function targetOf({ exemption, hostName, labelName, teamName }: ExemptionRow): Target {
  const { hostId, labelId, teamId } = exemption;
  if (hostId !== null) return { type: "host", id: hostId, name: hostName ?? GONE };
  if (labelId !== null) return { type: "label", id: labelId, name: labelName ?? GONE };
  return { type: "team", id: teamId ?? 0, name: teamId ? (teamName ?? GONE) : "No team" };
}

/** When it ended, as of `now`: by a person or by itself, whichever came first. null: in force. */
export function endedAt(
  { expiresAt, revokedAt }: Pick<ExemptionRecord, "expiresAt" | "revokedAt">,
  now: Date,
): Date | null {
  if (revokedAt) return revokedAt;
  return expiresAt <= now ? expiresAt : null;
}

/** `now` may be a moment of the past, at which nobody had ended it yet. */
export function serializeExemption(row: ExemptionRow, now: Date): ExemptionJson {
  const { exemption, policy } = row;
  const isRevoked = exemption.revokedAt !== null && exemption.revokedAt <= now;
  const { expiresAt } = exemption;
  const revokedAt = isRevoked ? exemption.revokedAt : null;
  return {
    id: exemption.id,
    policy_id: exemption.policyId,
    policy_name: policy.name,
    policy_team_id: policy.teamId,
    target: targetOf(row),
    reason: exemption.reason,
    author_id: exemption.authorId,
    author_name: exemption.authorName,
    created_at: exemption.createdAt.toISOString(),
    expires_at: exemption.expiresAt.toISOString(),
    remind_at: exemption.remindAt?.toISOString() ?? null,
    ended_at: endedAt({ expiresAt, revokedAt }, now)?.toISOString() ?? null,
    ended_by: isRevoked ? exemption.revokedByName : null,
  };
}

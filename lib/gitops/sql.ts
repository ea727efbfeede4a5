import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { labels } from "#db/schema/labels.ts";
import { exemptions } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { targetSeenIn } from "#lib/exemptions/sql.ts";
import { hostCalled } from "#lib/labels/sql.ts";

/** Without a scope: whoever plans authorizes on each team that the plan is about. */
export function selectAllTeams(executor: Executor) {
  return executor.select().from(teams).orderBy(asc(teams.name));
}

export type LiveExemption = Awaited<ReturnType<typeof selectLiveExemptions>>[number];

/**
 * Exemptions in force from some policies, with the names of whom they let off: those in scope. From
 * any policy those of labels and teams, since of single hosts there may be 20,000.
 */
export async function selectLiveExemptions(
  executor: Executor,
  scope: TeamScope,
  policyIds: readonly number[] | "any",
  now: Date,
) {
  if (policyIds.length === 0) return [];
  return executor
    .select({
      exemption: exemptions,
      hostName: sql<string | null>`${hostCalled}`,
      labelName: labels.name,
      teamName: teams.name,
    })
    .from(exemptions)
    .leftJoin(hosts, eq(hosts.id, exemptions.hostId))
    .leftJoin(labels, eq(labels.id, exemptions.labelId))
    .leftJoin(teams, eq(teams.id, exemptions.teamId))
    .where(
      and(
        policyIds === "any"
          ? isNull(exemptions.hostId)
          : inArray(exemptions.policyId, [...policyIds]),
        isNull(exemptions.revokedAt),
        gt(exemptions.expiresAt, now),
        targetSeenIn(scope),
      ),
    )
    .orderBy(asc(exemptions.id));
}

import { and, gt, inArray, isNull } from "drizzle-orm";
import type { Transaction } from "#db/client.ts";
import { exemptions } from "#db/schema/policies.ts";

/**
 * Ends what lets hosts off when the policy, host or team is deleted. Nobody sees it from then on, to end
 * it by hand, and until its time it would count among those that there may be.
 */
export async function endExemptionsOf(
  tx: Transaction,
  what: "policyId" | "hostId" | "teamId",
  ids: readonly number[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .update(exemptions)
    .set({ revokedAt: at })
    .where(
      and(
        inArray(exemptions[what], [...ids]),
        isNull(exemptions.revokedAt),
        gt(exemptions.expiresAt, at),
      ),
    );
}

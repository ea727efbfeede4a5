import { and, desc, eq } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { policyVersions } from "#db/schema/policies.ts";
import { inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import type { Paging } from "#lib/http/list-options.ts";

export type VersionRow = typeof policyVersions.$inferSelect;

/** Rows per statement: SQL of each may be 64 KiB, and a packet holds 16 MB or more. */
const ROWS_PER_STATEMENT = 100;

export async function insertVersions(
  tx: Transaction,
  rows: (typeof policyVersions.$inferInsert)[],
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    await tx.insert(policyVersions).values(rows.slice(at, at + ROWS_PER_STATEMENT));
  }
}

/** Newest first, without those of the time when the policy was a team's that is out of scope. */
export function selectVersions(
  executor: Executor,
  scope: TeamScope,
  policyId: number,
  paging: Paging,
): Promise<VersionRow[]> {
  return executor
    .select()
    .from(policyVersions)
    .where(
      and(eq(policyVersions.policyId, policyId), inScopeOrGlobal(scope, policyVersions.teamId)),
    )
    .orderBy(desc(policyVersions.version))
    .limit(paging.limit)
    .offset(paging.offset);
}

export async function selectVersion(
  executor: Executor,
  scope: TeamScope,
  policyId: number,
  version: number,
): Promise<VersionRow | undefined> {
  const [row] = await executor
    .select()
    .from(policyVersions)
    .where(
      and(
        eq(policyVersions.policyId, policyId),
        eq(policyVersions.version, version),
        inScopeOrGlobal(scope, policyVersions.teamId),
      ),
    );
  return row;
}

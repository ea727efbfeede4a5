import type { Executor } from "#db/client.ts";
import { policies } from "#db/schema/policies.ts";
import { inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";

/** By id; also those that do not ask the host any more, whose past it has. */
export async function selectPolicyNames(
  executor: Executor,
  scope: TeamScope,
): Promise<Map<number, string>> {
  const rows = await executor
    .select({ id: policies.id, name: policies.name })
    .from(policies)
    .where(inScopeOrGlobal(scope, policies.teamId));
  return new Map(rows.map((row) => [row.id, row.name]));
}

import { and, inArray } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";

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

export async function selectHostNames(
  executor: Executor,
  scope: TeamScope,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await executor
    .select({ id: hosts.id, displayName: hosts.displayName })
    .from(hosts)
    .where(and(inArray(hosts.id, [...ids]), inScope(scope, hosts.teamId)));
  return new Map(rows.map((row) => [row.id, row.displayName ?? ""]));
}

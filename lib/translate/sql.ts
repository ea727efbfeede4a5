import { and, eq, inArray, or } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";

export async function selectTeamIdsByName(
  executor: Executor,
  scope: TeamScope,
  names: string[],
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await executor
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(and(inArray(teams.name, names), inScope(scope, teams.id)));
  return new Map(rows.map((row) => [row.name, row.id]));
}

/** By host name, UUID, serial number or osquery's own identifier, as people know hosts. */
export async function selectHostId(
  executor: Executor,
  scope: TeamScope,
  identifier: string,
): Promise<number | undefined> {
  const [row] = await executor
    .select({ id: hosts.id })
    .from(hosts)
    .innerJoin(hostAgents, eq(hostAgents.hostId, hosts.id))
    .where(
      and(
        inScope(scope, hosts.teamId),
        or(
          eq(hosts.hostname, identifier),
          eq(hosts.uuid, identifier),
          eq(hosts.hardwareSerial, identifier),
          eq(hostAgents.identifier, identifier),
        ),
      ),
    )
    .limit(1);
  return row?.id;
}

import { and, asc, desc, eq, inArray, isNotNull, like, type SQL, sql } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { users, userTeams } from "#db/schema/users.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { isRole, type Role } from "#lib/auth/roles.ts";
import { likeText } from "#lib/http/list-options.ts";

export type TeamRow = typeof teams.$inferSelect;

export interface CountedTeam {
  team: TeamRow;
  hostCount: number;
  userCount: number;
}

export interface TeamFilter {
  query: string;
  orderKey: "id" | "name" | "created_at" | "host_count" | "user_count";
  descending: boolean;
  limit: number;
  offset: number;
}

// By hand, because drizzle leaves table names out of the columns of a one-table select, and inside
// the sub-query a bare `id` would be the host's.
const hostCount = sql<number>`(select count(*) from ${hosts} h where h.team_id = ${teams}.id)`;
const userCount = sql<number>`(select count(*) from ${userTeams} u where u.team_id = ${teams}.id)`;
const counted = {
  team: teams,
  hostCount: hostCount.mapWith(Number).as("host_count"),
  userCount: userCount.mapWith(Number).as("user_count"),
};

const orderColumns: Record<TeamFilter["orderKey"], SQL> = {
  id: sql`${teams.id}`,
  name: sql`${teams.name}`,
  created_at: sql`${teams.createdAt}`,
  host_count: sql`host_count`,
  user_count: sql`user_count`,
};

export function selectTeams(
  executor: Executor,
  scope: TeamScope,
  filter: TeamFilter,
): Promise<CountedTeam[]> {
  const direction = filter.descending ? desc : asc;
  return executor
    .select(counted)
    .from(teams)
    .where(
      and(
        inScope(scope, teams.id),
        filter.query ? like(teams.name, likeText(filter.query)) : undefined,
      ),
    )
    .orderBy(direction(orderColumns[filter.orderKey]), direction(teams.id))
    .limit(filter.limit)
    .offset(filter.offset);
}

export async function selectTeam(
  executor: Executor,
  scope: TeamScope,
  id: number,
): Promise<CountedTeam | undefined> {
  const [row] = await executor
    .select(counted)
    .from(teams)
    .where(and(eq(teams.id, id), inScope(scope, teams.id)));
  return row;
}

/** For a change of the team: nobody else changes or deletes it until the transaction ends. */
export async function lockTeam(tx: Transaction, id: number): Promise<TeamRow | undefined> {
  const [row] = await tx.select().from(teams).where(eq(teams.id, id)).for("update");
  return row;
}

/** By exact name, whoever asks: names are unique over all teams. */
export async function selectTeamIdByName(
  executor: Executor,
  name: string,
): Promise<number | undefined> {
  const [row] = await executor.select({ id: teams.id }).from(teams).where(eq(teams.name, name));
  return row?.id;
}

/** Agent options of the teams that have their own. */
export async function selectTeamOptions(
  executor: Executor,
): Promise<Map<number, Record<string, unknown>>> {
  const rows = await executor
    .select({ id: teams.id, options: teams.agentOptions })
    .from(teams)
    .where(isNotNull(teams.agentOptions));
  return new Map(rows.flatMap(({ id, options }) => (options ? [[id, options] as const] : [])));
}

export async function insertTeam(tx: Transaction, row: typeof teams.$inferInsert): Promise<number> {
  const [result] = await tx.insert(teams).values(row);
  return result.insertId;
}

export async function updateTeam(
  tx: Transaction,
  id: number,
  values: Partial<typeof teams.$inferInsert>,
): Promise<void> {
  await tx
    .update(teams)
    .set({ ...values, updatedAt: new Date() })
    .where(eq(teams.id, id));
}

export async function deleteTeamRow(tx: Transaction, id: number): Promise<void> {
  await tx.delete(userTeams).where(eq(userTeams.teamId, id));
  await tx.delete(teams).where(eq(teams.id, id));
}

export async function selectHostIdsOfTeam(
  executor: Executor,
  teamId: number,
  limit: number,
): Promise<number[]> {
  const rows = await executor
    .select({ id: hosts.id })
    .from(hosts)
    .where(eq(hosts.teamId, teamId))
    .limit(limit);
  return rows.map((row) => row.id);
}

/** Removes a team's policies and returns their ids, whose answers the caller retires. */
export async function deletePoliciesOfTeam(tx: Transaction, teamId: number): Promise<number[]> {
  const rows = await tx
    .select({ id: policies.id })
    .from(policies)
    .where(eq(policies.teamId, teamId))
    .for("update");
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  await tx.delete(policies).where(inArray(policies.id, ids));
  return ids;
}

export interface TeamMember {
  id: number;
  name: string;
  email: string;
  apiOnly: boolean;
  role: Role;
}

export async function selectMembers(executor: Executor, teamId: number): Promise<TeamMember[]> {
  const rows = await executor
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      apiOnly: users.apiOnly,
      role: userTeams.role,
    })
    .from(userTeams)
    .innerJoin(users, eq(users.id, userTeams.userId))
    .where(eq(userTeams.teamId, teamId))
    .orderBy(asc(users.name));
  return rows.flatMap((row) => (isRole(row.role) ? [{ ...row, role: row.role }] : []));
}

import { and, asc, desc, eq, inArray, like, or, type SQL, sql } from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { teams } from "#db/schema/teams.ts";
import { users, userTeams } from "#db/schema/users.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { isRole, type Role } from "#lib/auth/roles.ts";
import { likeText } from "#lib/http/list-options.ts";
import type { TeamRole } from "./role-rules.ts";

export type UserRow = typeof users.$inferSelect;

export interface UserFilter {
  query: string;
  teamId?: number;
  orderKey: "id" | "name" | "email" | "created_at";
  descending: boolean;
  limit: number;
  offset: number;
}

/** Whose people the scope covers: all, or those with a role in one of its teams. */
function visible(scope: TeamScope): SQL | undefined {
  if (scope.teamIds === "all") return undefined;
  return sql`exists (select 1 from ${userTeams} where ${userTeams.userId} = ${users.id} and ${inScope(scope, userTeams.teamId)})`;
}

const inTeam = (teamId: number) =>
  sql`exists (select 1 from ${userTeams} where ${userTeams.userId} = ${users.id} and ${userTeams.teamId} = ${teamId})`;

const orderColumns = {
  id: users.id,
  name: users.name,
  email: users.email,
  created_at: users.createdAt,
};

export function selectUsers(
  executor: Executor,
  scope: TeamScope,
  filter: UserFilter,
): Promise<UserRow[]> {
  const text = likeText(filter.query);
  const direction = filter.descending ? desc : asc;
  return executor
    .select()
    .from(users)
    .where(
      and(
        visible(scope),
        filter.query ? or(like(users.name, text), like(users.email, text)) : undefined,
        filter.teamId === undefined ? undefined : inTeam(filter.teamId),
      ),
    )
    .orderBy(direction(orderColumns[filter.orderKey]), direction(users.id))
    .limit(filter.limit)
    .offset(filter.offset);
}

export async function selectUser(
  executor: Executor,
  scope: TeamScope,
  id: number,
): Promise<UserRow | undefined> {
  const [row] = await executor
    .select()
    .from(users)
    .where(and(eq(users.id, id), visible(scope)));
  return row;
}

/** Without a scope: for one's own account. */
export async function selectOwnUser(
  executor: Executor,
  viewer: { id: number },
): Promise<UserRow | undefined> {
  const [row] = await executor.select().from(users).where(eq(users.id, viewer.id));
  return row;
}

/** Without a scope: for signing in, where nobody is signed in yet. */
export async function selectUserByEmail(
  executor: Executor,
  email: string,
): Promise<UserRow | undefined> {
  const [row] = await executor.select().from(users).where(eq(users.email, email));
  return row;
}

export async function anyUserExists(executor: Executor): Promise<boolean> {
  return (await executor.select({ id: users.id }).from(users).limit(1)).length > 0;
}

export interface UserTeamRow extends TeamRole {
  userId: number;
  name: string;
  description: string;
}

/** The teams of some users, as far as the scope sees them. */
export async function selectUserTeams(
  executor: Executor,
  scope: TeamScope | "own",
  userIds: number[],
): Promise<UserTeamRow[]> {
  if (userIds.length === 0) return [];
  const rows = await executor
    .select({
      userId: userTeams.userId,
      id: teams.id,
      name: teams.name,
      description: teams.description,
      role: userTeams.role,
    })
    .from(userTeams)
    .innerJoin(teams, eq(teams.id, userTeams.teamId))
    .where(
      and(
        inArray(userTeams.userId, userIds),
        scope === "own" ? undefined : inScope(scope, userTeams.teamId),
      ),
    )
    .orderBy(asc(teams.name));
  return rows.flatMap((row) => (isRole(row.role) ? [{ ...row, role: row.role }] : []));
}

/** Every team role of a user, for rules that hold whoever asks. Locks the user's row. */
export async function lockRoles(
  tx: Transaction,
  userId: number,
): Promise<{ globalRole: Role | null; teams: TeamRole[] } | undefined> {
  const [user] = await tx
    .select({ globalRole: users.globalRole })
    .from(users)
    .where(eq(users.id, userId))
    .for("update");
  if (!user) return undefined;
  const rows = await tx
    .select({ id: userTeams.teamId, role: userTeams.role })
    .from(userTeams)
    .where(eq(userTeams.userId, userId))
    .orderBy(asc(userTeams.teamId));
  return {
    globalRole: user.globalRole && isRole(user.globalRole) ? user.globalRole : null,
    teams: rows.flatMap(({ id, role }) => (isRole(role) ? [{ id, role }] : [])),
  };
}

export async function insertUser(tx: Transaction, row: typeof users.$inferInsert): Promise<number> {
  const [result] = await tx.insert(users).values(row);
  return result.insertId;
}

export async function updateUser(
  executor: Executor,
  id: number,
  values: Partial<typeof users.$inferInsert>,
): Promise<void> {
  await executor
    .update(users)
    .set({ ...values, updatedAt: new Date() })
    .where(eq(users.id, id));
}

export async function deleteUserRow(tx: Transaction, id: number): Promise<void> {
  await tx.delete(userTeams).where(eq(userTeams.userId, id));
  await tx.delete(users).where(eq(users.id, id));
}

export async function replaceUserTeams(
  tx: Transaction,
  userId: number,
  roles: TeamRole[],
): Promise<void> {
  await tx.delete(userTeams).where(eq(userTeams.userId, userId));
  if (roles.length === 0) return;
  await tx.insert(userTeams).values(roles.map(({ id, role }) => ({ userId, teamId: id, role })));
}

/**
 * How many other global admins can sign in. Locks them all, in order of id, so that two admins who
 * demote each other at the same moment do not both succeed.
 */
export async function lockOtherAdmins(tx: Transaction, exceptId: number): Promise<number> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.globalRole, "admin"), eq(users.apiOnly, false)))
    .orderBy(asc(users.id))
    .for("update");
  return rows.filter((row) => row.id !== exceptId).length;
}

export interface TeamSummaryRow {
  id: number;
  name: string;
  description: string;
}

/** The teams a viewer may choose from. */
export function selectTeamSummaries(
  executor: Executor,
  scope: TeamScope,
): Promise<TeamSummaryRow[]> {
  return executor
    .select({ id: teams.id, name: teams.name, description: teams.description })
    .from(teams)
    .where(inScope(scope, teams.id))
    .orderBy(asc(teams.name));
}

/** Names of the given teams that exist, locked against deletion until the transaction ends. */
export async function lockTeamNames(tx: Transaction, ids: number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({ id: teams.id, name: teams.name })
    .from(teams)
    .where(inArray(teams.id, ids))
    .for("update");
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Ids of people by e-mail address or of teams by exact name, for the calls that translate them. */
export async function selectIdsByEmail(
  executor: Executor,
  scope: TeamScope,
  emails: string[],
): Promise<Map<string, number>> {
  if (emails.length === 0) return new Map();
  const rows = await executor
    .select({ id: users.id, email: users.email })
    .from(users)
    .where(and(inArray(users.email, emails), visible(scope)));
  return new Map(rows.map((row) => [row.email, row.id]));
}

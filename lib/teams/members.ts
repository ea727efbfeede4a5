import { type Transaction, transaction } from "#db/client.ts";
import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Role } from "#lib/auth/roles.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { rolesAfter, type TeamRole } from "#lib/users/role-rules.ts";
import { lockRoles, selectUser, type UserRow } from "#lib/users/sql.ts";
import { applyRoles } from "#lib/users/user-roles.ts";
import { selectMembers, type TeamMember } from "./sql.ts";
import { getTeam, requireTeam, type SeenTeam } from "./teams.ts";

export async function listMembers(viewer: Viewer, { id }: { id: number }): Promise<TeamMember[]> {
  authorize(viewer, "user:read", { teamId: id });
  await getTeam(viewer, { id });
  return selectMembers(database(), id);
}

/** Gives people a role in the team, in place of the one they have. All or none. */
export async function addMembers(
  viewer: Viewer,
  input: { id: number; users: { id: number; role: Role }[] },
): Promise<SeenTeam> {
  return changeMembers(viewer, input.id, input.users, (user, teams) => {
    const others = teams.filter((team) => team.id !== input.id);
    return [...others, { id: input.id, role: user.role }];
  });
}

/** Takes people out of the team. Someone whose only role this is cannot go that way (code 1). */
export async function removeMembers(
  viewer: Viewer,
  input: { id: number; users: { id: number }[] },
): Promise<SeenTeam> {
  return changeMembers(viewer, input.id, input.users, (_user, teams) =>
    teams.filter((team) => team.id !== input.id),
  );
}

async function changeMembers<U extends { id: number }>(
  viewer: Viewer,
  teamId: number,
  people: U[],
  teamsAfter: (user: U, before: TeamRole[]) => TeamRole[],
): Promise<SeenTeam> {
  authorize(viewer, "user:write", { teamId });
  await transaction(database(), async (tx) => {
    await requireTeam(tx, teamId);
    for (const person of people) {
      const user = await visiblePerson(tx, viewer, person.id);
      const before = await lockRoles(tx, user.id);
      if (!before) throw notFound(`The user ${person.id}`);
      if (before.globalRole) {
        throw invalid("users", `${user.name} has a global role, which covers every team`);
      }
      const teams = teamsAfter(person, before.teams);
      await applyRoles(tx, viewer, user, before, rolesAfter(before, { teams }, user.apiOnly));
    }
  });
  return getTeam(viewer, { id: teamId });
}

async function visiblePerson(tx: Transaction, viewer: Viewer, id: number): Promise<UserRow> {
  const user = await selectUser(tx, teamScope(viewer, "user:write"), id);
  if (!user) throw notFound(`The user ${id}`);
  return user;
}

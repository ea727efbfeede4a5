import type { Transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { invalid } from "#lib/errors.ts";
import { lastAdmin, type RoleChanges, type Roles, roleChanges } from "./role-rules.ts";
import { lockOtherAdmins, lockTeamNames, replaceUserTeams, updateUser } from "./sql.ts";

/** Whose roles change, as activities name them. */
export interface Person {
  id: number;
  name: string;
  email: string;
  apiOnly: boolean;
}

/** Whether the viewer may change the account itself, and not just its roles in some teams. */
export function managesAccount(viewer: Viewer, roles: Roles): boolean {
  if (roles.globalRole || roles.teams.length === 0) return isAllowed(viewer, "user:write", GLOBAL);
  return roles.teams.every((team) => isAllowed(viewer, "user:write", { teamId: team.id }));
}

function authorizeChanges(viewer: Viewer, changes: RoleChanges): void {
  if (changes.global) authorize(viewer, "user:write", GLOBAL);
  for (const team of changes.teams) authorize(viewer, "user:write", { teamId: team.id });
}

/** Throws when the person is the last global admin who can sign in. */
export async function keepAnAdmin(tx: Transaction, person: Person, roles: Roles): Promise<void> {
  if (roles.globalRole !== "admin" || person.apiOnly) return;
  if ((await lockOtherAdmins(tx, person.id)) === 0) throw lastAdmin();
}

/**
 * Writes and records what differs between two sets of roles. Throws `forbidden` for a difference
 * outside the viewer's reach and `invalid` (code 2) when it leaves no admin.
 */
export async function applyRoles(
  tx: Transaction,
  viewer: Viewer,
  person: Person,
  before: Roles,
  after: Roles,
): Promise<void> {
  const changes = roleChanges(before, after);
  authorizeChanges(viewer, changes);
  if (!changes.global && changes.teams.length === 0) return;
  const teamIds = changes.teams.map((team) => team.id);
  const names = await lockTeamNames(tx, teamIds);
  const missing = changes.teams.find((team) => team.after && !names.has(team.id));
  if (missing) throw invalid("teams", `There is no team with id ${missing.id}`);
  if (changes.global) await keepAnAdmin(tx, person, before);
  if (changes.global) await updateUser(tx, person.id, { globalRole: after.globalRole });
  if (changes.teams.length > 0) await replaceUserTeams(tx, person.id, after.teams);
  await recordChanges(tx, viewer, person, changes, names);
}

async function recordChanges(
  tx: Transaction,
  viewer: Viewer,
  person: Person,
  changes: RoleChanges,
  teamNames: Map<number, string>,
): Promise<void> {
  const who = { user_id: person.id, user_name: person.name, user_email: person.email };
  if (changes.global) {
    const { before, after } = changes.global;
    await recordActivity(tx, viewer, {
      type: after ? "changed_user_global_role" : "deleted_user_global_role",
      details: { ...who, role: after ?? before, before, after },
    });
  }
  for (const { id, before, after } of changes.teams) {
    const team = { team_id: id, team_name: teamNames.get(id) ?? "" };
    await recordActivity(tx, viewer, {
      type: after ? "changed_user_team_role" : "deleted_user_team_role",
      teamId: id,
      details: { ...who, ...team, role: after ?? before, before, after },
    });
  }
}

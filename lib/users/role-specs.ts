import { transaction } from "#db/client.ts";
import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { rolesAfter, type TeamRole } from "./role-rules.ts";
import type { RolesSpec } from "./schema.ts";
import { lockRoles, selectTeamSummaries, selectUserByEmail } from "./sql.ts";
import { applyRoles } from "./user-roles.ts";

type RoleSpec = RolesSpec["roles"][string];

/** Sets the roles of people by e-mail address, teams by name; all or none. */
export async function applyRoleSpecs(viewer: Viewer, spec: RolesSpec): Promise<void> {
  authorize(viewer, "user:write", GLOBAL);
  await transaction(database(), async (tx) => {
    const teams = await selectTeamSummaries(tx, teamScope(viewer, "team:read"));
    const ids = new Map(teams.map((team) => [team.name, team.id]));
    for (const [email, roles] of Object.entries(spec.roles)) {
      const user = await selectUserByEmail(tx, email);
      const before = user && (await lockRoles(tx, user.id));
      if (!user || !before) throw notFound(`The user ${email}`);
      const change = { global_role: roles.global_role ?? null, teams: teamRoles(roles, ids) };
      await applyRoles(tx, viewer, user, before, rolesAfter(before, change, user.apiOnly));
    }
  });
}

function teamRoles(spec: RoleSpec, ids: Map<string, number>): TeamRole[] {
  return (spec.teams ?? []).map(({ team, role }) => {
    const id = ids.get(team);
    if (id === undefined) throw invalid("teams", `There is no team "${team}"`);
    return { id, role };
  });
}

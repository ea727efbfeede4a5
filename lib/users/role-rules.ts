import type { Role } from "#lib/auth/roles.ts";
import { AppError } from "#lib/errors.ts";

export interface TeamRole {
  id: number;
  role: Role;
}

export interface Roles {
  globalRole: Role | null;
  teams: TeamRole[];
}

/** Fleet's numbers for broken role rules (contract: fleet-api 0.4). */
const NO_ROLE = 1;
const LAST_ADMIN = 2;
const API_ONLY_NEEDS_ROLE = 4;

const broken = (code: number, reason: string) =>
  new AppError("invalid", [{ name: "global_role", reason }], { code });

export const lastAdmin = () =>
  broken(LAST_ADMIN, "This is the last global admin who can sign in. Make another one first.");

/**
 * The roles after a change, which are either one global role or team roles. What is undefined
 * stays, except that giving one kind takes the other away.
 */
export function rolesAfter(
  before: Roles,
  change: { global_role?: Role | null; teams?: TeamRole[] | null },
  apiOnly: boolean,
): Roles {
  if (change.global_role && change.teams?.length) {
    throw broken(NO_ROLE, "Cannot specify both a global role and team roles.");
  }
  const after = change.global_role
    ? { globalRole: change.global_role, teams: [] }
    : {
        globalRole: change.teams?.length || change.global_role === null ? null : before.globalRole,
        teams: distinct(change.teams ?? before.teams),
      };
  if (after.globalRole || after.teams.length > 0) return after;
  throw apiOnly
    ? broken(API_ONLY_NEEDS_ROLE, "An API-only user needs a global role or team roles.")
    : broken(NO_ROLE, "A user needs a global role or team roles.");
}

/** One role per team, the last one given; in order of team, so that lists compare. */
function distinct(teams: TeamRole[]): TeamRole[] {
  const byTeam = new Map(teams.map((team) => [team.id, { id: team.id, role: team.role }]));
  return [...byTeam.values()].sort((a, b) => a.id - b.id);
}

/**
 * What a list of team roles means when `mine(teamId)` is all that its sender can see: it replaces
 * those and leaves the others alone.
 */
export function mergeTeams(
  before: TeamRole[],
  sent: TeamRole[],
  mine: (teamId: number) => boolean,
): TeamRole[] {
  return [...before.filter((team) => !mine(team.id)), ...sent];
}

export interface RoleChanges {
  global: { before: Role | null; after: Role | null } | null;
  teams: { id: number; before: Role | null; after: Role | null }[];
}

/** What differs, one entry per team. */
export function roleChanges(before: Roles, after: Roles): RoleChanges {
  const roleIn = (roles: Roles, id: number) =>
    roles.teams.find((team) => team.id === id)?.role ?? null;
  const ids = new Set([...before.teams, ...after.teams].map((team) => team.id));
  const teams = [...ids]
    .map((id) => ({ id, before: roleIn(before, id), after: roleIn(after, id) }))
    .filter((team) => team.before !== team.after);
  const global =
    before.globalRole === after.globalRole
      ? null
      : { before: before.globalRole, after: after.globalRole };
  return { global, teams };
}

import { inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import { forbidden } from "#lib/errors.ts";
import type { Role } from "./roles.ts";
import type { Rights, SystemViewer, Viewer } from "./viewer.ts";

interface Rule {
  global: readonly Role[];
  /** Roles that hold for objects of the user's own team. */
  team: readonly Role[];
  /** Also lets anyone with a role in some team act on global objects (to look at them). */
  teamSeesGlobal?: boolean;
}

const EVERYONE: readonly Role[] = ["admin", "maintainer", "observer", "observer_plus", "gitops"];
const READERS: readonly Role[] = ["admin", "maintainer", "observer", "observer_plus"];
const WRITERS: readonly Role[] = ["admin", "maintainer", "gitops"];
const KEEPERS: readonly Role[] = ["admin", "maintainer"];
const ADMINS: readonly Role[] = ["admin", "gitops"];
const RUNNERS: readonly Role[] = ["admin", "maintainer", "observer_plus"];

/** Who may do what (contract: fleet-api 6.4). The one place that decides it. */
const MATRIX = {
  "host:read": { global: READERS, team: READERS },
  "host:identify": { global: EVERYONE, team: EVERYONE },
  "host:refetch": { global: READERS, team: READERS },
  "host:write": { global: WRITERS, team: KEEPERS },
  "policy:read": { global: EVERYONE, team: EVERYONE, teamSeesGlobal: true },
  "policy:write": { global: WRITERS, team: WRITERS },
  /** Any SQL, on hosts, now. */
  "query:run": { global: RUNNERS, team: RUNNERS },
  "label:read": { global: EVERYONE, team: EVERYONE, teamSeesGlobal: true },
  "label:write": { global: WRITERS, team: [] },
  /** Where failing policies are told of. A team sees nothing of other teams' hosts in deliveries. */
  "automation:read": { global: EVERYONE, team: EVERYONE },
  "automation:write": { global: WRITERS, team: WRITERS },
  "team:read": { global: EVERYONE, team: EVERYONE },
  "team:create": { global: ADMINS, team: [] },
  "team:write": { global: ADMINS, team: ["admin", "gitops"] },
  "user:read": { global: ["admin"], team: ["admin"] },
  "user:write": { global: ["admin"], team: ["admin"] },
  "secret:read": { global: KEEPERS, team: KEEPERS },
  "secret:write": { global: WRITERS, team: WRITERS },
  "config:read": { global: EVERYONE, team: EVERYONE, teamSeesGlobal: true },
  "config:write": { global: ADMINS, team: [] },
  "activity:read": { global: READERS, team: [] },
  "session:manage": { global: ["admin"], team: [] },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof MATRIX;

/** What an action is done to: a team's object, that of no team (0), or a global one (null). */
export interface Target {
  teamId: number | null;
}

export const GLOBAL: Target = { teamId: null };

export function isAllowed(viewer: Rights | SystemViewer, action: Action, target: Target): boolean {
  if (viewer.kind === "system") return true;
  const rule: Rule = MATRIX[action];
  if (viewer.globalRole) return rule.global.includes(viewer.globalRole);
  // "No team" (0) is nobody's team: it belongs to global roles alone.
  if (target.teamId === 0) return false;
  if (target.teamId === null) return rule.teamSeesGlobal === true && viewer.teams.length > 0;
  return viewer.teams.some((team) => team.id === target.teamId && rule.team.includes(team.role));
}

/** Throws `forbidden` unless the viewer may. Call it before looking whether the object exists. */
export function authorize(viewer: Viewer, action: Action, target: Target): void {
  if (!isAllowed(viewer, action, target)) throw forbidden();
}

declare const scoped: unique symbol;
/**
 * The teams whose rows a viewer may see. Statements that serve people demand one, and only
 * `teamScope` makes it, so forgetting the tenant does not compile.
 */
export type TeamScope = { readonly teamIds: "all" | readonly number[] } & {
  readonly [scoped]: true;
};

/** The scope of an action. Throws `forbidden` when it is empty: the viewer may do it nowhere. */
export function teamScope(viewer: Viewer, action: Action): TeamScope {
  const rule: Rule = MATRIX[action];
  if (viewer.kind === "system") return { teamIds: "all" } as TeamScope;
  if (viewer.globalRole) {
    if (!rule.global.includes(viewer.globalRole)) throw forbidden();
    return { teamIds: "all" } as TeamScope;
  }
  const own = viewer.teams.filter((team) => rule.team.includes(team.role)).map((team) => team.id);
  if (own.length === 0) throw forbidden();
  return { teamIds: own } as unknown as TeamScope;
}

/** The scope as a condition on a team column. Rows of no team (null) belong to global roles. */
export function inScope(scope: TeamScope, teamId: MySqlColumn): SQL {
  if (scope.teamIds === "all") return sql`true`;
  return inArray(teamId, [...scope.teamIds]);
}

/** As inScope, of a row that is in memory. */
export const isInScope = ({ teamIds }: TeamScope, teamId: number | null): boolean =>
  teamIds === "all" || (teamId !== null && teamIds.includes(teamId));

/** As inScope, and rows for all teams (null) as well: for objects that teams inherit. */
export function inScopeOrGlobal(scope: TeamScope, teamId: MySqlColumn): SQL {
  if (scope.teamIds === "all") return sql`true`;
  return or(isNull(teamId), inArray(teamId, [...scope.teamIds])) ?? sql`false`;
}

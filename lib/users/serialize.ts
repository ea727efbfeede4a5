import type { Executor } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import type { SessionRow } from "#lib/auth/sessions.ts";
import type { SessionJson, UserJson } from "./schema.ts";
import { selectUserTeams, type TeamSummaryRow, type UserRow, type UserTeamRow } from "./sql.ts";

/** A user with the teams that the one who asks may see. */
export interface SeenUser {
  user: UserRow;
  teams: UserTeamRow[];
}

export interface Account extends SeenUser {
  availableTeams: TeamSummaryRow[];
}

/** A session or token, and whether it is the one of the request that asks. */
export interface SeenSession {
  session: SessionRow;
  current: boolean;
}

/** Adds to each user the teams within the scope; "own" is everything, for one's own account. */
export async function withTeams(
  executor: Executor,
  scope: TeamScope | "own",
  rows: UserRow[],
): Promise<SeenUser[]> {
  const teams = await selectUserTeams(
    executor,
    scope,
    rows.map((row) => row.id),
  );
  return rows.map((user) => ({ user, teams: teams.filter((team) => team.userId === user.id) }));
}

export function serializeUser({ user, teams }: SeenUser): UserJson {
  return {
    id: user.id,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    name: user.name,
    email: user.email,
    force_password_reset: user.forcePasswordReset,
    // Fleet sends people's browsers to gravatar.com with a hash of their address; we do not.
    gravatar_url: "",
    sso_enabled: false,
    mfa_enabled: false,
    global_role: user.globalRole as UserJson["global_role"],
    api_only: user.apiOnly,
    teams: teams.map(({ id, name, description, role }) => ({ id, name, description, role })),
  };
}

export const serializeUserReply = (seen: SeenUser) => ({ user: serializeUser(seen) });
export const serializeUsers = (list: SeenUser[]) => ({ users: list.map(serializeUser) });
export const serializeNewUser = ({ token, ...seen }: SeenUser & { token?: string }) => ({
  user: serializeUser(seen),
  ...(token ? { token } : {}),
});

export const serializeMe = ({ availableTeams, ...seen }: Account) => ({
  user: serializeUser(seen),
  available_teams: availableTeams,
});

export const serializeLogin = ({ token, ...account }: Account & { token: string }) => ({
  ...serializeMe(account),
  token,
});

/** Fleet's shape of a session. */
export const serializeFleetSession = (session: SessionRow) => ({
  session_id: session.id,
  user_id: session.userId,
  created_at: session.createdAt.toISOString(),
});
export const serializeFleetSessions = (list: SessionRow[]) => ({
  sessions: list.map(serializeFleetSession),
});

const serializeSession = ({ session, current }: SeenSession): SessionJson => ({
  id: session.id,
  name: session.name,
  ip_address: session.ipAddress,
  user_agent: session.userAgent,
  created_at: session.createdAt.toISOString(),
  accessed_at: session.accessedAt.toISOString(),
  expires_at: session.expiresAt?.toISOString() ?? null,
  current,
});

export const serializeSessions = (list: SeenSession[]) => ({
  sessions: list.map(serializeSession),
});
export const serializeTokens = (list: SeenSession[]) => ({ tokens: list.map(serializeSession) });

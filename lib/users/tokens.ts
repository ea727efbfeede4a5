import { type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed, teamScope } from "#lib/auth/permissions.ts";
import {
  createSession,
  deleteSession,
  deleteSessionsOf,
  type SessionRow,
  selectSession,
  selectSessions,
} from "#lib/auth/sessions.ts";
import type { UserViewer, Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, forbidden, invalid, notFound } from "#lib/errors.ts";
import type { CreateToken } from "./schema.ts";
import type { SeenSession } from "./serialize.ts";
import { lockRoles, selectOwnUser, selectUser, type UserRow } from "./sql.ts";
import { managesAccount } from "./user-roles.ts";

/** More tokens than this and nobody knows what they are for. */
const TOKENS_PER_USER_MAX = 100;
const MS_PER_DAY = 86_400_000;

export interface NewToken {
  id: number;
  /** Shown once. */
  token: string;
}

async function seenSessions(viewer: Viewer, userId: number, kind: "session" | "api") {
  const currentId = viewer.kind === "user" ? viewer.sessionId : undefined;
  const rows = await selectSessions(database(), userId, kind);
  return rows.map((session) => ({ session, current: session.id === currentId }));
}

/** One's own sessions in browsers and tools. */
export const listOwnSessions = (viewer: UserViewer): Promise<SeenSession[]> =>
  seenSessions(viewer, viewer.id, "session");

export const listOwnTokens = (viewer: UserViewer): Promise<SeenSession[]> =>
  seenSessions(viewer, viewer.id, "api");

/** A token for programs that act as the viewer, with all the viewer's rights. */
export async function createOwnToken(viewer: UserViewer, input: CreateToken): Promise<NewToken> {
  if (viewer.sessionKind === "api") {
    // Else a stolen token with an end could be made into one without.
    throw new AppError("forbidden", "A token cannot make tokens. Sign in to make one.");
  }
  return transaction(database(), (tx) => insertToken(tx, viewer, viewer, input));
}

/** Tokens of an API-only user, for whoever manages that account. */
export async function listTokensOf(viewer: Viewer, { id }: { id: number }): Promise<SeenSession[]> {
  await transaction(database(), (tx) => requireApiUser(tx, viewer, id));
  return seenSessions(viewer, id, "api");
}

export async function createTokenFor(
  viewer: Viewer,
  { id, ...input }: CreateToken & { id: number },
): Promise<NewToken> {
  return transaction(database(), async (tx) => {
    const user = await requireApiUser(tx, viewer, id);
    return insertToken(tx, viewer, user, input);
  });
}

async function requireApiUser(tx: Transaction, viewer: Viewer, id: number): Promise<UserRow> {
  const user = await selectUser(tx, teamScope(viewer, "user:write"), id);
  const roles = user && (await lockRoles(tx, id));
  if (!user || !roles) throw notFound("The user");
  if (!managesAccount(viewer, roles)) throw forbidden();
  if (!user.apiOnly) throw invalid("id", "People make their tokens themselves");
  return user;
}

async function insertToken(
  tx: Transaction,
  viewer: Viewer,
  user: { id: number; email: string },
  input: CreateToken,
): Promise<NewToken> {
  if ((await selectSessions(tx, user.id, "api")).length >= TOKENS_PER_USER_MAX) {
    throw invalid("name", `There are ${TOKENS_PER_USER_MAX} tokens already; revoke some first`);
  }
  const days = input.expires_in_days;
  const expiresAt = days ? new Date(Date.now() + days * MS_PER_DAY) : null;
  const { id, token } = await createSession(tx, {
    userId: user.id,
    kind: "api",
    name: input.name,
    expiresAt,
  });
  await recordActivity(tx, viewer, {
    type: "created_api_token",
    details: {
      user_id: user.id,
      user_email: user.email,
      token_id: id,
      token_name: input.name,
      expires_at: expiresAt?.toISOString() ?? null,
    },
  });
  return { id, token };
}

/** A session or token: one's own, or for global admins anyone's. */
export async function getSession(viewer: UserViewer, { id }: { id: number }): Promise<SessionRow> {
  const session = await selectSession(database(), id);
  if (session?.userId === viewer.id) return session;
  authorize(viewer, "session:manage", GLOBAL);
  if (!session) throw notFound("The session");
  return session;
}

/** Ends a session or revokes a token; its next request is refused. */
export async function revokeSession(viewer: UserViewer, { id }: { id: number }): Promise<void> {
  await transaction(database(), async (tx) => {
    const session = await selectSession(tx, id);
    if (!(await mayRevoke(tx, viewer, session))) throw forbidden();
    if (!session) throw notFound("The session");
    await deleteSession(tx, id);
    const isLogout = session.userId === viewer.id && session.kind === "session";
    if (isLogout) return;
    await recordActivity(tx, viewer, {
      type: session.kind === "api" ? "revoked_api_token" : "ended_session",
      details: { user_id: session.userId, token_id: id, token_name: session.name },
    });
  });
}

/** One's own, anyone's for global admins, and an API-only user's for whoever manages that user. */
async function mayRevoke(tx: Transaction, viewer: UserViewer, session: SessionRow | undefined) {
  if (session?.userId === viewer.id) return true;
  if (isAllowed(viewer, "session:manage", GLOBAL)) return true;
  if (session?.kind !== "api") return false;
  const user = await selectOwnUser(tx, { id: session.userId });
  const roles = await lockRoles(tx, session.userId);
  return user?.apiOnly === true && roles !== undefined && managesAccount(viewer, roles);
}

/** All sessions and tokens of a user: one's own, or for global admins anyone's. */
export async function listSessionsOf(
  viewer: UserViewer,
  { id }: { id: number },
): Promise<SessionRow[]> {
  if (viewer.id !== id) authorize(viewer, "session:manage", GLOBAL);
  return selectSessions(database(), id);
}

/** Signs a user out everywhere and revokes every token. */
export async function revokeSessionsOf(viewer: UserViewer, { id }: { id: number }): Promise<void> {
  if (viewer.id !== id) authorize(viewer, "session:manage", GLOBAL);
  await transaction(database(), async (tx) => {
    await deleteSessionsOf(tx, id);
    await recordActivity(tx, viewer, { type: "ended_sessions", details: { user_id: id } });
  });
}

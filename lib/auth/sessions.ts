import { and, desc, eq, gt, isNull, ne, or } from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import type { Database, Executor } from "#db/client.ts";
import { sessions } from "#db/schema/users.ts";
import { hashToken, randomToken } from "#lib/crypto.ts";
import { env } from "#lib/env.ts";
import { isRole } from "./roles.ts";
import type { UserViewer } from "./viewer.ts";

/** How fresh accessed_at is kept; a write on every request would make every read a write. */
const TOUCH_INTERVAL_MS = 5 * 60 * 1000;

export type SessionRow = typeof sessions.$inferSelect;

export interface FoundSession {
  id: number;
  accessedAt: Date;
  sliding: boolean;
  viewer: UserViewer;
}

export interface NewSession {
  userId: number;
  kind: "session" | "api";
  name?: string;
  ipAddress?: string;
  userAgent?: string;
  /** undefined: the session duration of the settings. null: valid until revoked. */
  expiresAt?: Date | null;
}

/** Makes a session and returns its token, which cannot be read again. */
export async function createSession(
  executor: Executor,
  session: NewSession,
): Promise<{ id: number; token: string; expiresAt: Date | null }> {
  const token = randomToken(env().sessionKeySizeBytes);
  const now = new Date();
  const expiresAt =
    session.expiresAt === undefined
      ? new Date(now.getTime() + env().sessionDurationSeconds * 1000)
      : session.expiresAt;
  const [result] = await executor.insert(sessions).values({
    userId: session.userId,
    kind: session.kind,
    name: session.name ?? "",
    tokenHash: hashToken(token),
    ipAddress: session.ipAddress ?? "",
    userAgent: (session.userAgent ?? "").slice(0, 255),
    createdAt: now,
    accessedAt: now,
    expiresAt,
  });
  return { id: result.insertId, token, expiresAt };
}

const alive = (now: Date) => or(isNull(sessions.expiresAt), gt(sessions.expiresAt, now));

/** The live session of a token hash with its user and roles, in one round trip. */
export async function findSession(
  executor: Executor,
  tokenHash: Buffer,
  now: Date,
): Promise<FoundSession | undefined> {
  return (await findSessions(executor, [tokenHash], now)).get(tokenHash.toString("hex"));
}

interface SessionUser extends RowDataPacket {
  id: number;
  tokenHash: Buffer;
  kind: string;
  accessedAt: Date;
  userId: number;
  name: string;
  email: string;
  globalRole: string | null;
  apiOnly: number;
  forcePasswordReset: number;
  teamId: number | null;
  role: string | null;
}

/** Every request needs one, and the builder takes longer to make the statement than all else does. */
const SESSION_USERS = `SELECT s.id, s.token_hash AS tokenHash, s.kind, s.accessed_at AS accessedAt,
  u.id AS userId, u.name, u.email, u.global_role AS globalRole, u.api_only AS apiOnly,
  u.force_password_reset AS forcePasswordReset, t.team_id AS teamId, t.role
  FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN user_teams t ON t.user_id = u.id
  WHERE (s.expires_at IS NULL OR s.expires_at > ?)`;

/** As findSession, of several: by the hash in hex. */
export async function findSessions(
  executor: Executor,
  tokenHashes: readonly Buffer[],
  now: Date,
): Promise<Map<string, FoundSession>> {
  if (tokenHashes.length === 0) return new Map();
  const [rows] = await executor.$client.query<SessionUser[]>(
    `${SESSION_USERS} AND s.token_hash IN (?)`,
    [now, tokenHashes],
  );
  return sessionsOf(rows);
}

/** As findSession, by the session itself: for what goes on while it may end. */
export async function findSessionById(
  executor: Executor,
  id: number,
  now: Date,
): Promise<FoundSession | undefined> {
  const [rows] = await executor.$client.query<SessionUser[]>(`${SESSION_USERS} AND s.id = ?`, [
    now,
    id,
  ]);
  return [...sessionsOf(rows).values()][0];
}

/** By the hash in hex; a row for each team of the user. */
function sessionsOf(rows: readonly SessionUser[]): Map<string, FoundSession> {
  const found = new Map<string, FoundSession>();
  for (const row of rows) {
    const key = row.tokenHash.toString("hex");
    const known = found.get(key) ?? foundSession(row);
    if (row.teamId !== null && row.role !== null && isRole(row.role)) {
      known.viewer.teams.push({ id: row.teamId, role: row.role });
    }
    found.set(key, known);
  }
  return found;
}

function foundSession(row: SessionUser): FoundSession {
  return {
    id: row.id,
    accessedAt: row.accessedAt,
    sliding: row.kind === "session",
    viewer: {
      kind: "user",
      id: row.userId,
      name: row.name,
      email: row.email,
      globalRole: row.globalRole && isRole(row.globalRole) ? row.globalRole : null,
      teams: [],
      apiOnly: Boolean(row.apiOnly),
      forcePasswordReset: Boolean(row.forcePasswordReset),
      sessionId: row.id,
      sessionKind: row.kind === "api" ? "api" : "session",
    },
  };
}

/** Slides a session that is in use. At most one write in five minutes. */
export async function touchSession(db: Database, session: FoundSession): Promise<void> {
  const now = Date.now();
  if (now - session.accessedAt.getTime() < TOUCH_INTERVAL_MS) return;
  const expiresAt = new Date(now + env().sessionDurationSeconds * 1000);
  await db
    .update(sessions)
    .set({ accessedAt: new Date(now), ...(session.sliding ? { expiresAt } : {}) })
    .where(eq(sessions.id, session.id));
}

/** A user's live sessions, last used first. */
export function selectSessions(
  executor: Executor,
  userId: number,
  kind?: NewSession["kind"],
): Promise<SessionRow[]> {
  return executor
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        kind ? eq(sessions.kind, kind) : undefined,
        alive(new Date()),
      ),
    )
    .orderBy(desc(sessions.accessedAt), desc(sessions.id));
}

export async function selectSession(
  executor: Executor,
  id: number,
): Promise<SessionRow | undefined> {
  const [row] = await executor
    .select()
    .from(sessions)
    .where(and(eq(sessions.id, id), alive(new Date())));
  return row;
}

export async function deleteSession(executor: Executor, id: number): Promise<void> {
  await executor.delete(sessions).where(eq(sessions.id, id));
}

/** Ends all sessions and tokens of a user, but for the one given. */
export async function deleteSessionsOf(
  executor: Executor,
  userId: number,
  exceptId = 0,
): Promise<void> {
  await executor
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), ne(sessions.id, exceptId)));
}

/** Whether the user has a session that was made from this address: a place they are known at. */
export async function hasSessionFrom(
  executor: Executor,
  userId: number,
  ipAddress: string,
): Promise<boolean> {
  const rows = await executor
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.userId, userId), eq(sessions.ipAddress, ipAddress)))
    .limit(1);
  return rows.length > 0;
}

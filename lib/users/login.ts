import { type Database, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { createSession, deleteSession, findSession, hasSessionFrom } from "#lib/auth/sessions.ts";
import { SYSTEM, type UserViewer } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { AppError } from "#lib/errors.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { getMe } from "./account.ts";
import { countAttempt, forgiveAttempt } from "./login-limits.ts";
import { passwordMatches } from "./passwords.ts";
import type { Account } from "./serialize.ts";
import { selectUserByEmail, type UserRow } from "./sql.ts";

/** Where a sign-in comes from, as its session and its activity will say. */
export interface Origin {
  address: string;
  userAgent: string;
}

export const originOf = (headers: Headers): Origin => ({
  address: clientAddress(headers),
  userAgent: headers.get("user-agent") ?? "",
});

export interface Credentials {
  email: string;
  password: string;
}

export interface SignedIn {
  token: string;
  viewer: UserViewer;
}

/**
 * Exchanges a password for a session. Throws `unauthenticated`, with the same words after the same
 * work, for unknown accounts, API-only users and wrong passwords; `too_many_requests` when the
 * account or the address failed too often.
 */
export async function signIn(credentials: Credentials, origin: Origin): Promise<SignedIn> {
  const db = database();
  const user = await checkPassword(db, credentials, origin);
  return transaction(db, async (tx) => {
    const { token } = await createSession(tx, {
      userId: user.id,
      kind: "session",
      ipAddress: origin.address,
      userAgent: origin.userAgent,
    });
    const session = await findSession(tx, hashToken(token), new Date());
    if (!session) throw new AppError("unauthenticated", "Authentication failed: no such user.");
    await recordActivity(tx, session.viewer, {
      type: "user_logged_in",
      details: { public_ip: origin.address },
    });
    return { token, viewer: session.viewer };
  });
}

async function checkPassword(
  db: Database,
  { email, password }: Credentials,
  origin: Origin,
): Promise<UserRow> {
  const user = await selectUserByEmail(db, email);
  const knownThere = user ? await hasSessionFrom(db, user.id, origin.address) : false;
  const attempt = { email, address: origin.address, knownThere };
  await countAttempt(db, attempt);
  const matches = await passwordMatches(user?.passwordHash, password);
  if (!user || !matches) {
    await recordFailure(db, email, origin);
    throw new AppError(
      "unauthenticated",
      "Authentication failed: the e-mail address or the password is wrong.",
    );
  }
  await forgiveAttempt(db, attempt);
  return user;
}

function recordFailure(db: Database, email: string, origin: Origin): Promise<void> {
  return transaction(db, (tx) =>
    recordActivity(tx, SYSTEM, {
      type: "user_failed_login",
      details: { email, public_ip: origin.address },
    }),
  );
}

/** `POST /login`: signIn and who one is then. */
export async function login(
  credentials: Credentials,
  origin: Origin,
): Promise<Account & { token: string }> {
  const { token, viewer } = await signIn(credentials, origin);
  return { ...(await getMe(viewer)), token };
}

/** Ends the session or token the request came with. */
export function logout(viewer: UserViewer): Promise<void> {
  return deleteSession(database(), viewer.sessionId);
}

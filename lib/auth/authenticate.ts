import { hashToken } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { AppError } from "#lib/errors.ts";
import { findSession, findSessionById, touchSession } from "./sessions.ts";
import { isSetUp } from "./setup-state.ts";
import type { UserViewer, Viewer } from "./viewer.ts";

/** next-auth's cookie, by its name over plain HTTP and over HTTPS. */
const COOKIES = ["__Secure-next-auth.session-token", "next-auth.session-token"];
/** Base64 of 64 bytes is 88 characters; anything much longer is not one of our tokens. */
const TOKEN_CHARACTERS_MAX = 512;

/** Percent-decodes what base64 needs and, unlike decodeURIComponent, never throws. */
const decodeBase64Cookie = (value: string): string =>
  value.replace(/%2B/gi, "+").replace(/%2F/gi, "/").replace(/%3D/gi, "=");

function cookieToken(header: string | null): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  for (const name of COOKIES) {
    const pair = pairs.find((candidate) => candidate.startsWith(`${name}=`));
    if (pair) return decodeBase64Cookie(pair.slice(name.length + 1));
  }
  return undefined;
}

/** The token of a request: the Authorization header wins over the cookie. */
export function requestToken(headers: Pick<Headers, "get">): string | undefined {
  const authorization = headers.get("authorization");
  const token = authorization
    ? authorization.replace(/^Bearer\s+/i, "").trim()
    : cookieToken(headers.get("cookie"));
  return token && token.length <= TOKEN_CHARACTERS_MAX ? token : undefined;
}

/** The user behind a token, or undefined when it is unknown, revoked or expired. */
export async function viewerOf(token: string | undefined): Promise<UserViewer | undefined> {
  if (!token) return undefined;
  const found = await findSession(database(), hashToken(token), new Date());
  if (!found) return undefined;
  await touchSession(database(), found);
  return found.viewer;
}

/**
 * A viewer with the rights of now, for answers that go on for long. Throws `unauthenticated` once the
 * session has ended or the user is gone.
 */
export async function currentViewer(viewer: Viewer): Promise<Viewer> {
  if (viewer.kind === "system") return viewer;
  const found = await findSessionById(database(), viewer.sessionId, new Date());
  return requireUser(found?.viewer, String(viewer.sessionId));
}

/** The refusal of a request whose token is missing or says nothing. */
export function unauthenticated(token: string | undefined): AppError {
  return new AppError(
    "unauthenticated",
    token ? "Authentication failed: sign in again." : "Authorization header required",
  );
}

/** Throws `not_found` while nobody has set the server up. Only for the signed out: users prove it. */
export async function requireSetUp(): Promise<void> {
  if (await isSetUp(database())) return;
  throw new AppError("not_found", "This server is not set up yet: open /setup in a browser.");
}

/** The viewer of a token, once it is clear that they may be answered at all. */
export function requireUser(
  viewer: UserViewer | undefined,
  token: string | undefined,
  duringPasswordReset = false,
): UserViewer {
  if (!viewer) throw unauthenticated(token);
  if (viewer.forcePasswordReset && !duringPasswordReset) {
    throw new AppError("unauthenticated", "password reset required");
  }
  return viewer;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/**
 * Refuses changes that another site's page makes with the user's cookie. Requests with a bearer
 * token cannot come from such a page and agents send no Origin, so both go through.
 */
export function requireSameOrigin(request: Request): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const origin = request.headers.get("origin");
  if (!origin || request.headers.get("authorization")) return;
  const host = request.headers.get("x-forwarded-host") ?? request.headers.get("host");
  if (hostOf(origin) !== host) {
    throw new AppError("forbidden", "This request came from another site.");
  }
}

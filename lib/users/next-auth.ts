import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { viewerOf } from "#lib/auth/authenticate.ts";
import { deleteSession } from "#lib/auth/sessions.ts";
import { keyedHash } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { log } from "#lib/http/request-log.ts";
import { originOf, signIn } from "./login.ts";

interface SignedInUser extends User {
  bearer: string;
}

async function authorize(
  credentials: Record<"email" | "password", string> | undefined,
  headers: Headers,
): Promise<SignedInUser> {
  try {
    const email = credentials?.email?.trim().toLowerCase() ?? "";
    const password = credentials?.password ?? "";
    const { token, viewer } = await signIn({ email, password }, originOf(headers));
    return { id: String(viewer.id), name: viewer.name, email: viewer.email, bearer: token };
  } catch (error) {
    // next-auth shows an error's message to the person, so only what was meant for them may pass.
    if (isAppError(error)) throw error;
    log().error({ err: error }, "signing in failed");
    throw new Error("Something went wrong on the server. Its log has more.");
  }
}

/**
 * next-auth with its "jwt" strategy (credentials allow no other) whose token is no JWT: encode and
 * decode exchange it for the opaque bearer token of a row in `sessions`. So the cookie is what an
 * API client would send, and revoking the row ends it at once.
 * `secure`: whether the browser speaks HTTPS; only then would it keep a cookie marked secure.
 */
export function nextAuthOptions(secure: boolean): NextAuthOptions {
  return {
    secret: keyedHash(env().serverPrivateKey, "next-auth").toString("hex"),
    useSecureCookies: secure,
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: env().sessionDurationSeconds },
    providers: [
      Credentials({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: (credentials, { headers }) => authorize(credentials, new Headers(headers)),
      }),
    ],
    jwt: {
      encode: async ({ token }) => String(token?.bearer ?? ""),
      decode: async ({ token }) => {
        const viewer = await viewerOf(token);
        if (!viewer) return null;
        const { id, name, email, sessionId } = viewer;
        return { sub: String(id), name, email, sessionId, bearer: token };
      },
    },
    callbacks: {
      jwt: ({ token, user }) =>
        user ? { ...token, bearer: (user as SignedInUser).bearer } : token,
    },
    events: {
      signOut: ({ token }) => deleteSession(database(), Number(token?.sessionId ?? 0)),
    },
    logger: {
      // An ended session is no error: the visitor is sent to sign in.
      error: (code, details) =>
        log()[code === "JWT_SESSION_ERROR" ? "debug" : "error"]({
          code,
          err: "error" in details ? details.error : details,
        }),
      warn: (code) => log().debug({ code }),
      debug: () => undefined,
    },
  };
}

import { createHmac } from "node:crypto";
import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { log } from "#lib/http/request-log.ts";
import { viewerOf } from "./authenticate.ts";
import { deleteSession } from "./sessions.ts";
import type { UserViewer } from "./viewer.ts";

/** The sign-in of lib/users; passed in, because users come after auth. */
export type SignIn = (
  credentials: { email: string; password: string },
  headers: Headers,
) => Promise<{ token: string; viewer: UserViewer }>;

interface SignedInUser extends User {
  bearer: string;
}

async function authorize(
  signIn: SignIn,
  credentials: Record<"email" | "password", string> | undefined,
  headers: Headers,
): Promise<SignedInUser> {
  try {
    const email = credentials?.email?.trim().toLowerCase() ?? "";
    const { token, viewer } = await signIn(
      { email, password: credentials?.password ?? "" },
      headers,
    );
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
 */
export function nextAuthOptions(signIn: SignIn): NextAuthOptions {
  return {
    secret: createHmac("sha256", env().serverPrivateKey).update("next-auth").digest("hex"),
    pages: { signIn: "/login", signOut: "/login", error: "/login" },
    session: { strategy: "jwt", maxAge: env().sessionDurationSeconds },
    providers: [
      Credentials({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: (credentials, { headers }) =>
          authorize(signIn, credentials, new Headers(headers)),
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
        log()[code === "JWT_SESSION_ERROR" ? "debug" : "error"]({ code, details }),
      warn: (code) => log().debug({ code }),
      debug: () => undefined,
    },
  };
}

import { signIn } from "next-auth/react";
import { api } from "#lib/http/client.ts";
import type { Me } from "#lib/users/schema.ts";

const HOME = "/dashboard";

/** Where to go after signing in: a page of ours, whatever the URL's `next` says. */
export function safeNext(next: string | null): string {
  if (!next || !URL.canParse(next, window.location.origin)) return HOME;
  const url = new URL(next, window.location.origin);
  if (url.origin !== window.location.origin) return HOME;
  // "/.//elsewhere" has the path "//elsewhere", which would lead there.
  return url.pathname.replace(/^\/+/, "/") + url.search + url.hash;
}

/**
 * Signs in and leaves for `next`, by way of the new password where one is due. The page is loaded
 * afresh, so that nothing of a former session stays in memory. Throws what the person did wrong.
 */
export async function enter(
  credentials: { email: string; password: string },
  next: string,
): Promise<void> {
  const result = await signIn("credentials", { ...credentials, redirect: false });
  if (!result?.ok) throw new Error(problemOf(result?.error));
  const { user } = await api.get<Me>("/fleet/me");
  const due = `/password-reset?next=${encodeURIComponent(next)}`;
  window.location.assign(user.force_password_reset ? due : next);
}

const WRONG = "The e-mail address or the password is wrong.";

function problemOf(error: string | null | undefined): string {
  if (!error || error === "CredentialsSignin" || /^Authentication failed/.test(error)) return WRONG;
  return error;
}

import { signOut as endSession } from "next-auth/react";

/** Ends the session here and on the server, and starts the sign-in page afresh, caches and all. */
export async function signOut(): Promise<void> {
  await endSession({ redirect: false });
  window.location.assign("/login");
}

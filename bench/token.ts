import { users } from "#db/schema/users.ts";
import { createSession } from "#lib/auth/sessions.ts";
import type { World } from "./world.ts";

/** A bearer token of a new admin. */
export async function makeToken({ db }: World): Promise<string> {
  const at = new Date();
  // A kept world has those of other runs.
  const account = { name: "Bench", email: `bench-${at.getTime()}@example.com` };
  const [user] = await db
    .insert(users)
    .values({ ...account, globalRole: "admin", createdAt: at, updatedAt: at });
  return (await createSession(db, { userId: user.insertId, kind: "api" })).token;
}

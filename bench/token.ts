import { users } from "#db/schema/users.ts";
import { createSession } from "#lib/auth/sessions.ts";
import type { World } from "./world.ts";

/** An API token of a new administrator. */
export async function makeToken({ db }: World): Promise<string> {
  const at = new Date();
  const email = `bench-${at.getTime()}@example.com`;
  const [user] = await db
    .insert(users)
    .values({ name: "Bench", email, globalRole: "admin", createdAt: at, updatedAt: at });
  return (await createSession(db, { userId: user.insertId, kind: "api" })).token;
}

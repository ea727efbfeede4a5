import { randomBytes } from "node:crypto";
import { teams } from "#db/schema/teams.ts";
import { users, userTeams } from "#db/schema/users.ts";
import type { Role } from "#lib/auth/roles.ts";
import { createSession } from "#lib/auth/sessions.ts";
import { database } from "#lib/database.ts";

export interface TestUser {
  id: number;
  email: string;
  token: string;
}

/** Two teams and one person of each kind that sees them differently. */
export interface World {
  teamId: number;
  otherTeamId: number;
  admin: TestUser;
  maintainer: TestUser;
  observer: TestUser;
  teamAdmin: TestUser;
  teamObserver: TestUser;
  otherTeamAdmin: TestUser;
}

/** Distinct names, so that tests that share a database do not meet. */
export const unique = (prefix: string): string => `${prefix} ${randomBytes(4).toString("hex")}`;

export async function insertTeam(name = unique("Team")): Promise<number> {
  const at = new Date();
  const [result] = await database()
    .insert(teams)
    .values({ name, description: "", createdAt: at, updatedAt: at });
  return result.insertId;
}

/** A user without a password, signed in: globally with `role`, or with `role` in a team. */
export async function insertUser(
  role: Role,
  teamId?: number,
  account: Partial<typeof users.$inferInsert> = {},
): Promise<TestUser> {
  const at = new Date();
  const name = unique(role);
  const email = `${name.replace(" ", ".")}@example.com`;
  const [result] = await database()
    .insert(users)
    .values({
      name,
      email,
      globalRole: teamId === undefined ? role : null,
      createdAt: at,
      updatedAt: at,
      ...account,
    });
  const id = result.insertId;
  if (teamId !== undefined) await database().insert(userTeams).values({ userId: id, teamId, role });
  const kind = account.apiOnly ? "api" : "session";
  const { token } = await createSession(database(), { userId: id, kind });
  return { id, email, token };
}

export async function createWorld(): Promise<World> {
  const teamId = await insertTeam();
  const otherTeamId = await insertTeam();
  return {
    teamId,
    otherTeamId,
    admin: await insertUser("admin"),
    maintainer: await insertUser("maintainer"),
    observer: await insertUser("observer"),
    teamAdmin: await insertUser("admin", teamId),
    teamObserver: await insertUser("observer", teamId),
    otherTeamAdmin: await insertUser("admin", otherTeamId),
  };
}

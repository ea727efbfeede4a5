import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as getMe } from "#app/api/v1/fleet/me/route.ts";
import { POST as requireReset } from "#app/api/v1/fleet/users/[id]/require_password_reset/route.ts";
import { DELETE, GET, PATCH } from "#app/api/v1/fleet/users/[id]/route.ts";
import { POST as createUser } from "#app/api/v1/fleet/users/admin/route.ts";
import { POST as rolesSpec } from "#app/api/v1/fleet/users/roles/spec/route.ts";
import { GET as listUsers } from "#app/api/v1/fleet/users/route.ts";
import { DELETE as revoke } from "#app/api/v1/muster/sessions/[id]/route.ts";
import { GET as ownSessions } from "#app/api/v1/muster/sessions/route.ts";
import { POST as createToken, GET as ownTokens } from "#app/api/v1/muster/tokens/route.ts";
import { POST as createTokenFor } from "#app/api/v1/muster/users/[id]/tokens/route.ts";
import { activities } from "#db/schema/system.ts";
import { sessions, users, userTeams } from "#db/schema/users.ts";
import { database } from "#lib/database.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertUser, unique } from "#lib/testing/world.ts";

await testDatabase();
const world = await createWorld();
const { teamId, otherTeamId } = world;
const { token } = world.admin;

const password = "correct horse 1!";
const email = () => `${unique("new").replace(" ", ".")}@example.com`;
const create = (body: object, as = token) =>
  request(createUser, { token: as, body: { name: "New", email: email(), password, ...body } });
const change = (id: number, body: object, as = token) =>
  request(PATCH, { method: "PATCH", token: as, params: { id }, body });
const teamRoles = (id: number) =>
  database().select().from(userTeams).where(eq(userTeams.userId, id));

test("a user has either one global role or team roles", async () => {
  const both = await create({
    global_role: "observer",
    teams: [{ id: teamId, role: "observer" }],
  });
  expect(both).toMatchObject({ status: 422, body: { message: "Validation Failed", code: 1 } });
  expect(await create({})).toMatchObject({ status: 422, body: { code: 1 } });
  expect(await create({ api_only: true })).toMatchObject({ status: 422, body: { code: 4 } });

  const { id } = (await create({ global_role: "observer" })).body.user;
  const inTeam = await change(id, { teams: [{ id: teamId, role: "maintainer" }] });
  expect(inTeam.body.user).toMatchObject({
    global_role: null,
    teams: [{ id: teamId, role: "maintainer" }],
  });
  const global = await change(id, { global_role: "admin" });
  expect(global.body.user).toMatchObject({ global_role: "admin", teams: [] });
  expect(await teamRoles(id)).toEqual([]);
});

test("a team that does not exist is refused by name of the field", async () => {
  const answer = await create({ teams: [{ id: 999_999, role: "observer" }] });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ name: "teams" }] } });
});

test("an e-mail address belongs to one user, in any case of letters", async () => {
  const address = email();
  expect((await create({ email: address, global_role: "observer" })).status).toBe(200);
  const again = await create({ email: address.toUpperCase(), global_role: "observer" });
  expect(again).toMatchObject({ status: 409, body: { message: "Resource Already Exists" } });
});

test("the last global admin who can sign in is neither deleted nor demoted, not even at once", async () => {
  const keeper = await insertUser("admin");
  await database()
    .update(users)
    .set({ globalRole: "observer" })
    .where(eq(users.globalRole, "admin"));
  const two = [keeper.id, world.admin.id];
  for (const id of two) {
    await database().update(users).set({ globalRole: "admin" }).where(eq(users.id, id));
  }
  await insertUser("admin", undefined, { apiOnly: true });
  const demotions = await Promise.all([
    change(keeper.id, { global_role: "observer" }, world.admin.token),
    change(world.admin.id, { global_role: "observer" }, keeper.token),
  ]);
  expect(demotions.map((answer) => answer.status).sort()).toEqual([200, expect.any(Number)]);
  const admins = await database().select().from(users).where(eq(users.globalRole, "admin"));
  const [last] = admins.filter((user) => !user.apiOnly);
  expect(admins.filter((user) => !user.apiOnly)).toHaveLength(1);
  const as = last?.id === keeper.id ? keeper.token : token;
  const demoted = await change(last?.id ?? 0, { global_role: "observer" }, as);
  expect(demoted).toMatchObject({ status: 422, body: { code: 2 } });
  const removed = await request(DELETE, {
    method: "DELETE",
    token: as,
    params: { id: last?.id ?? 0 },
  });
  expect(removed).toMatchObject({ status: 422, body: { code: 2 } });
  await database().update(users).set({ globalRole: "admin" }).where(eq(users.id, world.admin.id));
});

test("a team admin sees the people of the own team and only their roles there", async () => {
  const shared = await insertUser("observer", teamId);
  await database()
    .insert(userTeams)
    .values({ userId: shared.id, teamId: otherTeamId, role: "admin" });
  const { body } = await request(listUsers, { token: world.teamAdmin.token });
  const ids = body.users.map((user: { id: number }) => user.id);
  expect(ids).toContain(shared.id);
  expect(ids).toContain(world.teamObserver.id);
  expect(ids).not.toContain(world.otherTeamAdmin.id);
  expect(ids).not.toContain(world.admin.id);
  const seen = body.users.find((user: { id: number }) => user.id === shared.id);
  expect(seen.teams.map((team: { id: number }) => team.id)).toEqual([teamId]);
});

test("a team admin's change of roles leaves those in other teams, and the account, alone", async () => {
  const shared = await insertUser("observer", teamId);
  await database()
    .insert(userTeams)
    .values({ userId: shared.id, teamId: otherTeamId, role: "admin" });
  const as = world.teamAdmin.token;
  const promoted = await change(shared.id, { teams: [{ id: teamId, role: "maintainer" }] }, as);
  expect(promoted.status).toBe(200);
  expect(await teamRoles(shared.id)).toEqual([
    { userId: shared.id, teamId, role: "maintainer" },
    { userId: shared.id, teamId: otherTeamId, role: "admin" },
  ]);
  expect((await change(shared.id, { name: "Taken" }, as)).status).toBe(403);
  expect((await change(shared.id, { new_password: password }, as)).status).toBe(403);
  expect((await change(shared.id, { global_role: "admin" }, as)).status).toBe(403);
  const removed = { method: "DELETE", token: as, params: { id: shared.id } };
  expect((await request(DELETE, removed)).status).toBe(403);
  const intoOther = { teams: [{ id: otherTeamId, role: "admin" }] };
  expect((await create(intoOther, as)).status).toBe(403);
});

test("people change their own name; their e-mail address needs the present password", async () => {
  const person = (await create({ global_role: "observer" })).body.user;
  await database().update(users).set({ forcePasswordReset: false }).where(eq(users.id, person.id));
  const own = await insertUser("observer");
  const { passwordHash } =
    (await database().select().from(users).where(eq(users.id, person.id)))[0] ?? {};
  await database().update(users).set({ passwordHash }).where(eq(users.id, own.id));
  expect((await change(own.id, { name: "Renamed" }, own.token)).body.user.name).toBe("Renamed");
  expect((await change(own.id, { email: email() }, own.token)).status).toBe(422);
  expect((await change(own.id, { email: email(), password: "x" }, own.token)).status).toBe(422);
  expect((await change(own.id, { email: email(), password }, own.token)).status).toBe(200);
  expect((await change(own.id, { global_role: "admin" }, own.token)).status).toBe(403);
});

test("an API-only user signs in by its token alone, which ends with it", async () => {
  const { body } = await create({ api_only: true, global_role: "observer" });
  expect((await request(getMe, { token: body.token })).body.user.api_only).toBe(true);
  const more = await request(createTokenFor, {
    token,
    params: { id: body.user.id },
    body: { name: "ci", expires_in_days: 1 },
  });
  expect((await request(getMe, { token: more.body.token })).status).toBe(200);
  await database()
    .update(sessions)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(sessions.id, more.body.id));
  expect((await request(getMe, { token: more.body.token })).status).toBe(401);
  await request(DELETE, { method: "DELETE", token, params: { id: body.user.id } });
  expect((await request(getMe, { token: body.token })).status).toBe(401);
});

test("one's own token is shown once, listed without itself, and revoked at once", async () => {
  const person = await insertUser("observer");
  const made = await request(createToken, { token: person.token, body: { name: "script" } });
  const listed = await request(ownTokens, { token: person.token });
  expect(listed.body.tokens).toMatchObject([
    { id: made.body.id, name: "script", expires_at: null },
  ]);
  expect(JSON.stringify(listed.body)).not.toContain(made.body.token);
  const child = await request(createToken, { token: made.body.token, body: { name: "child" } });
  expect(child.status).toBe(403);
  const { body } = await request(ownSessions, { token: person.token });
  expect(body.sessions).toMatchObject([{ current: true }]);
  await request(revoke, { method: "DELETE", token: person.token, params: { id: made.body.id } });
  expect((await request(getMe, { token: made.body.token })).status).toBe(401);
});

test("requiring a new password signs the user out everywhere", async () => {
  const person = await insertUser("observer", teamId);
  const body = { require: true };
  const answer = await request(requireReset, { token, params: { id: person.id }, body });
  expect(answer.body.user.force_password_reset).toBe(true);
  expect((await request(getMe, { token: person.token })).status).toBe(401);
});

test("every change of a role is an activity with before and after", async () => {
  const person = await insertUser("observer", teamId);
  await change(person.id, { teams: [{ id: teamId, role: "admin" }] });
  await change(person.id, { global_role: "maintainer" });
  const rows = await database().select().from(activities);
  const of = rows.filter((row) => row.details.user_id === person.id);
  expect(of.map(({ type, details }) => [type, details.before, details.after])).toEqual([
    ["changed_user_team_role", "observer", "admin"],
    ["changed_user_global_role", null, "maintainer"],
    ["deleted_user_team_role", "admin", null],
  ]);
});

test("a deleted user's name stays with what they did", async () => {
  const person = await insertUser("admin");
  await create({ global_role: "observer" }, person.token);
  await request(DELETE, { method: "DELETE", token, params: { id: person.id } });
  const rows = await database().select().from(activities);
  const [row] = rows.filter(({ actorEmail }) => actorEmail === person.email);
  expect(row).toMatchObject({ actorId: null, type: "created_user" });
  expect((await request(GET, { token, params: { id: person.id } })).status).toBe(404);
});

test("roles by spec take teams by name, and apply all or none", async () => {
  const person = await insertUser("observer");
  const roles = {
    [person.email]: { global_role: "maintainer" },
    "nobody@example.com": { global_role: "admin" },
  };
  expect((await request(rolesSpec, { token, body: { spec: { roles } } })).status).toBe(404);
  const unchanged = await request(GET, { token, params: { id: person.id } });
  expect(unchanged.body.user.global_role).toBe("observer");
});

test("searching treats % and _ as what people typed", async () => {
  await create({ name: "100% real_name", global_role: "observer" });
  const names = async (query: string) =>
    (await request(listUsers, { token, query: { query } })).body.users.length;
  expect(await names("0% r")).toBe(1);
  expect(await names("l_n")).toBe(1);
  expect(await names("%zz%")).toBe(0);
});

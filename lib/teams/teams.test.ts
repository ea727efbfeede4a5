import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as getMe } from "#app/api/v1/fleet/me/route.ts";
import { POST as applySpecs } from "#app/api/v1/fleet/spec/teams/route.ts";
import { POST as setOptions } from "#app/api/v1/fleet/teams/[team_id]/agent_options/route.ts";
import { DELETE, GET, PATCH } from "#app/api/v1/fleet/teams/[team_id]/route.ts";
import {
  PATCH as addMembers,
  DELETE as removeMembers,
} from "#app/api/v1/fleet/teams/[team_id]/users/route.ts";
import { POST as createTeam, GET as listTeams } from "#app/api/v1/fleet/teams/route.ts";
import { transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies, policyMembership } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { enrollSecrets } from "#db/schema/teams.ts";
import { database } from "#lib/database.ts";
import { readRevision } from "#lib/revisions.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, unique } from "#lib/testing/world.ts";

await testDatabase();
const world = await createWorld();
const { token } = world.admin;

const create = (body: object) => request(createTeam, { token, body });
const at = (id: number) => ({ token, params: { team_id: id } });
const specs = (list: object[], query = {}, as = token) =>
  request(applySpecs, { token: as, query, body: { specs: list } });

test("a new team has a secret to enroll with, and no members or hosts", async () => {
  const { status, body } = await create({ name: "Workstations", description: "d" });
  expect(status).toBe(200);
  expect(body.team).toMatchObject({
    name: "Workstations",
    description: "d",
    agent_options: null,
    host_count: 0,
    user_count: 0,
    users: [],
    secrets: [{ expires_at: null }],
  });
});

test("names are unique by their exact letters, and two are reserved", async () => {
  const name = unique("Servers");
  expect((await create({ name })).status).toBe(200);
  expect(await create({ name })).toMatchObject({
    status: 409,
    body: { errors: [{ name: "base", reason: `Team "${name}" already exists` }] },
  });
  expect((await create({ name: name.toUpperCase() })).status).toBe(200);
  for (const reserved of ["All teams", "no TEAM"]) {
    const refused = await create({ name: reserved });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ name: "name" }] } });
  }
});

test("counts of hosts and people are per team, and order the list", async () => {
  const id = await insertTeam(unique("Counted"));
  await insertHost({ teamId: id });
  await insertHost({ teamId: id });
  await insertUser("observer", id);
  const { body } = await request(GET, at(id));
  expect(body.team).toMatchObject({ host_count: 2, user_count: 1 });
  const query = { order_key: "host_count", order_direction: "desc", per_page: 1 };
  const list = await request(listTeams, { token, query });
  expect(list.body.teams).toMatchObject([{ id, host_count: 2 }]);
});

test("a team's observer sees the team, but no secrets, people or agent options", async () => {
  const as = world.teamObserver.token;
  const list = await request(listTeams, { token: as });
  expect(list.body.teams.map((team: { id: number }) => team.id)).toEqual([world.teamId]);
  const { body } = await request(GET, { token: as, params: { team_id: world.teamId } });
  const hidden = ["secrets", "users", "agent_options"];
  expect(Object.keys(body.team).filter((key) => hidden.includes(key))).toEqual([]);
});

test("deleting a team frees its hosts and removes its policies, answers and secrets together", async () => {
  const { body } = await create({ name: unique("Doomed") });
  const { id } = body.team;
  const hostId = await insertHost({ teamId: id });
  const member = await insertUser("observer", id);
  const policyId = await insertPolicy({}, id);
  const globalId = await insertPolicy();
  await answer(hostId, policyId, "fail");
  await answer(hostId, globalId, "pass");
  const revision = await readRevision(database(), "policies");

  expect((await request(DELETE, { ...at(id), method: "DELETE" })).status).toBe(200);

  const [host] = await database().select().from(hosts).where(eq(hosts.id, hostId));
  expect(host?.teamId).toBeNull();
  const left = await database().select().from(policies).where(eq(policies.teamId, id));
  expect(left).toEqual([]);
  const answers = await database()
    .select()
    .from(policyMembership)
    .where(eq(policyMembership.hostId, hostId));
  expect(answers.map((row) => row.policyId)).toEqual([globalId]);
  const secrets = await database().select().from(enrollSecrets).where(eq(enrollSecrets.teamId, id));
  expect(secrets).toEqual([]);
  expect(await readRevision(database(), "policies")).toBeGreaterThan(revision);
  expect((await request(GET, at(id))).status).toBe(404);
  const me = await request(getMe, { token: member.token });
  expect(me.body).toMatchObject({ user: { teams: [] }, available_teams: [] });
});

test("deleting a team that is interrupted loses nothing and goes on when it is repeated", async () => {
  const { body } = await create({ name: unique("Large") });
  const { id } = body.team;
  // More than one step moves at a time.
  const ids = await Promise.all(Array.from({ length: 600 }, () => insertHost({ teamId: id })));
  const policyId = await insertPolicy({}, id);
  const ofTeam = async () =>
    (await database().select().from(hosts).where(eq(hosts.teamId, id))).length;
  const deleted = async () => {
    const rows = await database()
      .select()
      .from(activities)
      .where(eq(activities.type, "deleted_team"));
    return rows.filter((row) => row.details?.team_id === id);
  };
  const remove = () => request(DELETE, { ...at(id), method: "DELETE" });

  await transaction(
    database(),
    async (tx) => {
      const [last = 0] = ids.toSorted((a, b) => b - a);
      await tx.select().from(hostAgents).where(eq(hostAgents.hostId, last)).for("update");
      expect((await remove()).status).toBe(503);
    },
    { limitMs: 60_000 },
  );
  expect(await ofTeam()).toBe(100);
  expect((await request(GET, at(id))).body.team).toMatchObject({ host_count: 100, secrets: [] });
  expect(await deleted()).toEqual([]);

  expect((await remove()).status).toBe(200);
  expect(await ofTeam()).toBe(0);
  expect((await request(GET, at(id))).status).toBe(404);
  expect(await database().select().from(policies).where(eq(policies.id, policyId))).toEqual([]);
  expect(await deleted()).toMatchObject([{ details: { hosts_count: 100, policies_count: 1 } }]);
});

test("people with a global role cannot be members; a role in the team is replaced, not added", async () => {
  const id = await insertTeam();
  const global = { users: [{ id: world.observer.id, role: "admin" }] };
  expect((await request(addMembers, { ...at(id), method: "PATCH", body: global })).status).toBe(
    422,
  );
  const { id: userId } = await insertUser("observer", world.teamId);
  for (const role of ["observer", "admin"]) {
    const body = { users: [{ id: userId, role }] };
    const { body: answered } = await request(addMembers, { ...at(id), method: "PATCH", body });
    expect(answered.team.users).toMatchObject([{ id: userId, role }]);
  }
  const body = { users: [{ id: userId }] };
  const removed = await request(removeMembers, { ...at(id), method: "DELETE", body });
  expect(removed.body.team.users).toEqual([]);
});

test("a team admin cannot bring in people of other teams", async () => {
  const body = { users: [{ id: world.otherTeamAdmin.id, role: "observer" }] };
  const answered = await request(addMembers, {
    token: world.teamAdmin.token,
    method: "PATCH",
    params: { team_id: world.teamId },
    body,
  });
  expect(answered.status).toBe(404);
});

test("specs create teams and edit those that exist, by name, and leave out what is left out", async () => {
  const [first, second] = [unique("Spec"), unique("Spec")];
  const options = { config: { options: { pack_delimiter: "/" } } };
  const made = await specs([{ name: first, agent_options: options }, { name: second }]);
  const ids = made.body.team_ids_by_name;
  expect(Object.keys(ids).sort()).toEqual([first, second].sort());
  await specs([{ name: first, description: "later" }]);
  const { body } = await request(GET, at(ids[first]));
  expect(body.team).toMatchObject({ description: "later", agent_options: options });
});

test("a dry run finds what is wrong and keeps nothing", async () => {
  const name = unique("Dry");
  const dry = { dry_run: true };
  expect((await specs([{ name }], dry)).body).toEqual({ team_ids_by_name: {} });
  const { body } = await request(listTeams, { token, query: { query: name } });
  expect(body.teams).toEqual([]);
  expect((await specs([{ name: "All teams" }], dry)).status).toBe(422);
  expect((await specs([{ name }], dry, world.maintainer.token)).status).toBe(403);
});

test("an unknown key in a spec is a 400 that names it, unless forced", async () => {
  const name = unique("Strict");
  const refused = await specs([{ name, colour: "red" }]);
  expect(refused).toMatchObject({
    status: 400,
    body: {
      message: "Bad request",
      errors: [{ reason: 'unsupported key provided: "specs.0.colour"' }],
    },
  });
  const forced = await specs([{ name, colour: "red" }], { force: true });
  expect(Object.keys(forced.body.team_ids_by_name)).toEqual([name]);
});

test("agent options that would break agents are refused", async () => {
  const packs = { bad: { queries: { q: { query: "SELECT 1", interval: "often" } } } };
  const body = { config: { packs } };
  expect((await request(setOptions, { ...at(world.teamId), body })).status).toBe(422);
  const good = { config: { options: { distributed_interval: 5 } } };
  const answered = await request(setOptions, { ...at(world.teamId), body: good });
  expect(answered.body.team.agent_options).toEqual(good);
});

test("an edit is an activity of its team with before and after", async () => {
  const id = await insertTeam();
  await request(PATCH, { ...at(id), method: "PATCH", body: { description: "new" } });
  const rows = await database().select().from(activities).where(eq(activities.teamId, id));
  expect(rows).toMatchObject([
    {
      type: "edited_team",
      actorEmail: world.admin.email,
      details: { before: { description: "" }, after: { description: "new" } },
    },
  ]);
});

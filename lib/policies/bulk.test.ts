import { eq, inArray } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as getOne } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as apply } from "#app/api/v1/fleet/spec/policies/route.ts";
import { POST as bulk } from "#app/api/v1/muster/policies/bulk/route.ts";
import { policies, policyVersions } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { teams } from "#db/schema/teams.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

accessTable({
  "POST /policies/bulk on a policy of all teams": [
    bulk,
    [200, 200, 403, 403, 403, 401],
    async () => ({ body: { action: "pause", ids: [await insertPolicy()] } }),
  ],
  "POST /policies/bulk on a team's policy": [
    bulk,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ body: { action: "pause", ids: [await insertPolicy({}, w.teamId)] } }),
  ],
  "POST /policies/bulk on all of a team": [
    bulk,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { action: "resume", filter: { team_id: w.teamId } } }),
  ],
  "POST /policies/bulk that moves a team's policy to all teams": [
    bulk,
    [200, 200, 403, 403, 403, 401],
    async (w) => ({
      body: { action: "move", team_id: null, ids: [await insertPolicy({}, w.teamId)] },
    }),
  ],
});

const send = (body: object, token = world.admin.token) => request(bulk, { token, body });
const get = async (id: number) =>
  (await request(getOne, { token: world.admin.token, params: { id } })).body.policy;
const some = (count: number, more: object = {}, teamId: number | null = null) =>
  Promise.all(Array.from({ length: count }, () => insertPolicy(more, teamId)));

async function thousandIn(teamId: number): Promise<number[]> {
  const [row] = await db.select().from(teams).where(eq(teams.id, teamId));
  const specs = Array.from({ length: 1_000 }, (_, n) => ({
    name: `Policy ${n}`,
    query: "SELECT 1",
    team: row?.name,
  }));
  await request(apply, { token: world.admin.token, body: { specs } });
  const made = await db.select().from(policies).where(eq(policies.teamId, teamId));
  return made.map((policy) => policy.id);
}

describe("many policies in one request", () => {
  test("a thousand are tagged, each with a revision, and activities tell of fifty each", async () => {
    const teamId = await insertTeam();
    const ids = await thousandIn(teamId);
    const body = { action: "add_tags", tags: ["CIS-v8:1.1"], filter: { team_id: teamId } };
    const answered = await send({ ...body, reason: "mapping" });
    expect(answered.body).toEqual({ matched: 1_000, changed: expect.any(Array) });
    expect(new Set(answered.body.changed)).toEqual(new Set(ids));
    const rows = await db.select().from(policies).where(inArray(policies.id, ids));
    expect(rows.every((row) => row.tags?.[0] === "cis-v8:1.1" && row.version === 2)).toBe(true);
    const versions = await db
      .select()
      .from(policyVersions)
      .where(inArray(policyVersions.policyId, ids));
    const begun = versions.filter((row) => row.version === 2 && row.reason === "mapping");
    expect(begun).toHaveLength(1_000);
    expect(versions.filter((row) => row.version === 1 && row.endedAt !== null)).toHaveLength(1_000);
    const told = await db.select().from(activities).where(eq(activities.type, "changed_policies"));
    const mine = told.filter((row) => row.details.reason === "mapping");
    const parts = mine.map(({ details }) => details.changes as { id: number }[]);
    expect(parts.map((part) => part.length)).toEqual(Array(20).fill(50));
    expect(new Set(parts.flat().map(({ id }) => id))).toEqual(new Set(ids));
    expect((await send(body)).body).toEqual({ matched: 1_000, changed: [] });
  });

  test("a thousand are paused, moved and deleted", async () => {
    const teamId = await insertTeam();
    const to = await insertTeam();
    const ids = await thousandIn(teamId);
    const rows = () => db.select().from(policies).where(inArray(policies.id, ids));
    expect((await send({ action: "pause", ids })).body.changed).toHaveLength(1_000);
    expect((await rows()).every((row) => row.pausedAt !== null)).toBe(true);
    const move = { action: "move", team_id: to, filter: { team_id: teamId } };
    expect((await send(move)).body.changed).toHaveLength(1_000);
    expect((await rows()).every((row) => row.teamId === to)).toBe(true);
    expect((await send({ action: "delete", ids })).body.matched).toBe(1_000);
    expect(await rows()).toEqual([]);
  });

  test("tags are added to, taken from, and replaced", async () => {
    const [id = 0] = await some(1, { tags: ["a", "b"] });
    const ids = [id];
    await send({ action: "add_tags", tags: ["b", "c"], ids });
    expect((await get(id)).tags).toEqual(["a", "b", "c"]);
    await send({ action: "remove_tags", tags: ["A"], ids });
    expect((await get(id)).tags).toEqual(["b", "c"]);
    await send({ action: "set_tags", tags: [], ids });
    expect((await get(id)).tags).toEqual([]);
  });

  test("pause, resume, critical and interval are set on all of them", async () => {
    const ids = await some(2);
    const all = () => Promise.all(ids.map(get));
    await send({ action: "pause", ids });
    expect(await all()).toMatchObject(ids.map(() => ({ paused_at: expect.any(String) })));
    await send({ action: "resume", ids });
    await send({ action: "set_critical", critical: true, ids });
    await send({ action: "set_interval", interval: 60, ids });
    expect(await all()).toMatchObject(
      ids.map(() => ({ paused_at: null, critical: true, interval: 60, version: 5 })),
    );
  });

  test("a filter takes the list's policies and not those that a team inherits", async () => {
    const word = unique("Needle");
    const teamId = await insertTeam();
    const own = await insertPolicy({ name: `own ${word}`, tags: ["x"] }, teamId);
    await insertPolicy({ name: `untagged ${word}` }, teamId);
    const global = await insertPolicy({ name: `global ${word}`, tags: ["x"] });
    const filter = { team_id: teamId, query: word, tags: ["x"] };
    expect((await send({ action: "pause", filter })).body.changed).toEqual([own]);
    expect((await get(global)).paused_at).toBeNull();
  });

  test("deleting deletes all and tells of each", async () => {
    const ids = await some(3);
    expect((await send({ action: "delete", ids, reason: "obsolete" })).body.matched).toBe(3);
    const told = await db.select().from(activities).where(eq(activities.type, "deleted_policy"));
    const mine = told.filter((row) => ids.includes(Number(row.details.policy_id)));
    expect(mine.map((row) => row.details.reason)).toEqual(Array(3).fill("obsolete"));
  });
});

describe("all or nothing", () => {
  test("one unknown policy, or one of another team, changes none", async () => {
    const [own, other] = [
      await insertPolicy({}, world.teamId),
      await insertPolicy({}, world.otherTeamId),
    ];
    expect((await send({ action: "pause", ids: [own, 999_999] })).status).toBe(404);
    const mixed = { action: "pause", ids: [own, other] };
    expect((await send(mixed, world.teamAdmin.token)).status).toBe(403);
    expect((await get(own)).paused_at).toBeNull();
  });

  test("one that would have too many tags refuses all, by name", async () => {
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    const full = await insertPolicy({ tags });
    const [empty = 0] = await some(1);
    const { status, body } = await send({ action: "add_tags", tags: ["more"], ids: [empty, full] });
    expect(status).toBe(422);
    expect(body.errors[0].reason).toContain((await get(full)).name);
    expect((await get(empty)).tags).toEqual([]);
  });

  test.each([
    ["neither ids nor filter", { action: "pause" }],
    ["both ids and filter", { action: "pause", ids: [1], filter: {} }],
    ["an unknown action", { action: "explode", ids: [1] }],
    ["an unknown filter, which would choose too many", { action: "pause", filter: { quer: "x" } }],
    ["no tag to add", { action: "add_tags", tags: [], ids: [1] }],
  ])("%s is refused", async (_, body) => {
    expect((await send(body)).status).toBe(422);
  });
});

test("a team adds to what it inherits and weakens none of it", async () => {
  const id = await insertPolicy({ critical: true });
  const asTeam = (body: object) => send({ ids: [id], ...body }, world.teamAdmin.token);
  const weaker = [
    { action: "pause" },
    { action: "delete" },
    { action: "move", team_id: world.teamId },
    { action: "set_critical", critical: false },
    { action: "set_interval", interval: 604_800 },
    { action: "set_tags", tags: [] },
    { action: "pause", ids: undefined, filter: { team_id: null } },
  ];
  for (const body of weaker) expect([body, (await asTeam(body)).status]).toEqual([body, 403]);
  expect(await get(id)).toMatchObject({
    critical: true,
    paused_at: null,
    version: 1,
    team_id: null,
  });
});

describe("moving to another team", () => {
  test("answers of the old team's hosts end with the revision, and the new team's are asked", async () => {
    const id = await insertPolicy({}, world.teamId);
    await answer(await insertHost({ teamId: world.teamId }), id, "fail");
    await insertHost({ teamId: world.otherTeamId });
    const { body } = await send({ action: "move", team_id: world.otherTeamId, ids: [id] });
    expect(body.changed).toEqual([id]);
    const moved = await get(id);
    expect(moved).toMatchObject({
      team_id: world.otherTeamId,
      revision: 2,
      failing_host_count: 0,
      passing_host_count: 0,
    });
    expect(moved.pending_host_count).toBeGreaterThan(0);
    const versions = await db.select().from(policyVersions).where(eq(policyVersions.policyId, id));
    expect(versions.map((row) => [row.teamId, row.failing])).toEqual([
      [world.teamId, 1],
      [world.otherTeamId, 0],
    ]);
  });

  test("back again, answers from before the first move do not come to life", async () => {
    const id = await insertPolicy({}, world.teamId);
    await answer(await insertHost({ teamId: world.teamId }), id, "fail");
    await send({ action: "move", team_id: null, ids: [id] });
    await send({ action: "move", team_id: world.teamId, ids: [id] });
    expect(await get(id)).toMatchObject({ failing_host_count: 0, revision: 3 });
  });

  test("names that are taken there, or twice among them, are told together and none moves", async () => {
    const teamId = await insertTeam();
    const [one, two] = [unique("Same"), unique("Taken")];
    await insertPolicy({ name: two }, teamId);
    const ids = [
      await insertPolicy({ name: one }, world.teamId),
      await insertPolicy({ name: one }, world.otherTeamId),
      await insertPolicy({ name: two }, world.teamId),
    ];
    const { status, body } = await send({ action: "move", team_id: teamId, ids });
    expect(status).toBe(409);
    expect(body.errors.map((error: { reason: string }) => error.reason)).toEqual([
      `Policy "${two}" already exists there`,
      `Two of the policies are called "${one}"`,
    ]);
    expect((await get(ids[0] ?? 0)).team_id).toBe(world.teamId);
    expect((await send({ action: "move", team_id: 999_999, ids })).status).toBe(404);
  });
});

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as getOne, PATCH as modify } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { GET as countGlobal } from "#app/api/v1/fleet/policies/count/route.ts";
import { POST as remove } from "#app/api/v1/fleet/policies/delete/route.ts";
import { POST as createGlobal, GET as listGlobal } from "#app/api/v1/fleet/policies/route.ts";
import { POST as applySpecs } from "#app/api/v1/fleet/spec/policies/route.ts";
import {
  GET as getOfTeam,
  PATCH as modifyOfTeam,
} from "#app/api/v1/fleet/teams/[team_id]/policies/[id]/route.ts";
import { GET as countTeam } from "#app/api/v1/fleet/teams/[team_id]/policies/count/route.ts";
import { POST as removeOfTeam } from "#app/api/v1/fleet/teams/[team_id]/policies/delete/route.ts";
import {
  POST as createForTeam,
  GET as listTeam,
} from "#app/api/v1/fleet/teams/[team_id]/policies/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policyMembership, policyVersions } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { readRevision } from "#lib/revisions.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const body = () => ({ name: unique("Policy"), query: "SELECT 1;" });
const asAdmin = () => world.admin.token;
const get = async (id: number, token = asAdmin()) =>
  (await request(getOne, { token, params: { id } })).body.policy;
const patch = (id: number, changes: object) =>
  request(modify, { token: asAdmin(), params: { id }, method: "PATCH", body: changes });

accessTable({
  "GET /policies": [listGlobal, [200, 200, 200, 200, 200, 401]],
  "GET /policies/count": [countGlobal, [200, 200, 200, 200, 200, 401]],
  "POST /policies": [createGlobal, [200, 200, 403, 403, 403, 401], () => ({ body: body() })],
  "GET /policies/{id} of all teams": [
    getOne,
    [200, 200, 200, 200, 200, 401],
    async () => ({ params: { id: await insertPolicy() } }),
  ],
  "GET /policies/{id} of a team": [
    getOne,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertPolicy({}, w.teamId) } }),
  ],
  "GET /policies/{id} of no team": [
    getOne,
    [200, 200, 200, 403, 403, 401],
    async () => ({ params: { id: await insertPolicy({}, 0) } }),
  ],
  "PATCH /policies/{id}": [
    modify,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { id: await insertPolicy() }, body: { critical: true } }),
  ],
  "POST /policies/delete": [
    remove,
    [200, 200, 403, 403, 403, 401],
    async () => ({ body: { ids: [await insertPolicy()] } }),
  ],
  "GET /teams/{team_id}/policies": [
    listTeam,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ params: { team_id: w.teamId } }),
  ],
  "GET /teams/{team_id}/policies/count": [
    countTeam,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ params: { team_id: w.teamId } }),
  ],
  "POST /teams/{team_id}/policies": [
    createForTeam,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ params: { team_id: w.teamId }, body: body() }),
  ],
  "GET /teams/{team_id}/policies/{id}": [
    getOfTeam,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { team_id: w.teamId, id: await insertPolicy({}, w.teamId) } }),
  ],
  "PATCH /teams/{team_id}/policies/{id}": [
    modifyOfTeam,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({
      params: { team_id: w.teamId, id: await insertPolicy({}, w.teamId) },
      body: { description: "Other" },
    }),
  ],
  "POST /teams/{team_id}/policies/delete": [
    removeOfTeam,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({
      params: { team_id: w.teamId },
      body: { ids: [await insertPolicy({}, w.teamId)] },
    }),
  ],
});

describe("what is accepted", () => {
  test.each([
    ["a blank name", { name: " " }, "policy name cannot be empty"],
    ["a missing name", { name: undefined }, "policy name cannot be empty"],
    ["a blank query", { query: " \n" }, "policy query cannot be empty"],
    [
      "a write",
      { query: "DROP TABLE users" },
      "policy query: DROP is refused: a query only reads, with SELECT, WITH or VALUES.",
    ],
    [
      "a second statement",
      { query: "SELECT 1; SELECT 2" },
      "policy query: Only one statement is allowed: remove the semicolon, or what follows it.",
    ],
    ["an unknown platform", { platform: "darwin,solaris" }, "invalid policy platform"],
    ["query_id beside query", { query_id: 1 }, 'both fields "queryID" and "query" cannot be set'],
  ])("%s is refused with Fleet's status and text", async (_, wrong, text) => {
    const sent = { token: asAdmin(), body: { ...body(), ...wrong } };
    const { status, body: answered } = await request(createGlobal, sent);
    expect(status).toBe(400);
    expect(answered.message).toBe("Bad request");
    expect(answered.errors[0]).toEqual({
      name: "base",
      reason: `policy payload verification: ${text}`,
    });
  });

  test("a query that osquery would never run is refused by every route that takes one", async () => {
    const query = "PRAGMA table_info(users);";
    const reasonOf = async (asked: ReturnType<typeof request>) => {
      const { status, body: answered } = await asked;
      return [status, answered.errors[0].reason];
    };
    const refused = [400, expect.stringContaining("policy query: PRAGMA is refused")];
    const token = asAdmin();
    const of = { team_id: world.teamId };
    const [id, ownId] = [await insertPolicy(), await insertPolicy({}, world.teamId)];
    const sent = { ...body(), query };
    const routes = [
      request(createGlobal, { token, body: sent }),
      request(createForTeam, { token, params: of, body: sent }),
      request(modify, { token, params: { id }, method: "PATCH", body: { query } }),
      request(modifyOfTeam, {
        token,
        params: { ...of, id: ownId },
        method: "PATCH",
        body: { query },
      }),
      request(applySpecs, { token, body: { specs: [sent] } }),
    ];
    for (const route of routes) expect(await reasonOf(route)).toEqual(refused);
  });

  test("a semicolon at the end, and tables that only an extension has, are no reason", async () => {
    const create = (query: string) =>
      request(createGlobal, { token: asAdmin(), body: { ...body(), query } });
    expect((await create("SELECT 1 FROM users -- all\n;\n")).status).toBe(200);
    expect((await create("SELECT 1 FROM of_an_extension")).status).toBe(200);
  });

  test("an interval outside a minute to a week is refused, null is the server's", async () => {
    const create = (interval: unknown) =>
      request(createGlobal, { token: asAdmin(), body: { ...body(), interval } });
    expect((await create(59)).status).toBe(400);
    expect((await create(604_801)).status).toBe(400);
    expect((await create(60)).body.policy.interval).toBe(60);
    expect((await create(null)).body.policy.interval).toBeNull();
  });

  test("a platform list with blanks and repeats is stored in one order", async () => {
    const sent = { ...body(), platform: "linux, darwin,linux" };
    const { body: answered } = await request(createGlobal, { token: asAdmin(), body: sent });
    expect(answered.policy.platform).toBe("darwin,linux");
  });

  test("a name is taken once per team, case matters, other teams may use it", async () => {
    const sent = body();
    const create = (name: string) =>
      request(createGlobal, { token: asAdmin(), body: { ...sent, name } });
    expect((await create(sent.name)).status).toBe(200);
    const again = await create(sent.name);
    expect(again.status).toBe(409);
    expect(again.body.message).toBe("Resource Already Exists");
    expect(again.body.errors[0].reason).toBe(`Policy "${sent.name}" already exists`);
    expect((await create(sent.name.toUpperCase())).status).toBe(200);
    const params = { team_id: world.teamId };
    const other = await request(createForTeam, { token: asAdmin(), params, body: sent });
    expect(other.status).toBe(200);
  });

  test("a policy of a team that does not exist is 404", async () => {
    const sent = { token: asAdmin(), params: { team_id: 999_999 }, body: body() };
    expect((await request(createForTeam, sent)).status).toBe(404);
  });
});

describe("editing", () => {
  test("a patch changes only the keys it has", async () => {
    const id = await insertPolicy({ description: "D", resolution: "R", critical: true });
    const { body: answered } = await patch(id, { resolution: "Other" });
    expect(answered.policy).toMatchObject({
      description: "D",
      resolution: "Other",
      critical: true,
      revision: 1,
    });
  });

  test("other SQL raises the revision, keeps every row, and old answers stop counting", async () => {
    const id = await insertPolicy();
    const host = await insertHost();
    await answer(host, id, "pass");
    expect(await get(id)).toMatchObject({ revision: 1, passing_host_count: 1 });
    const policiesRevision = await readRevision(db, "policies");
    const { body: answered } = await patch(id, { query: "SELECT 2;" });
    expect(answered.policy).toMatchObject({ revision: 2, passing_host_count: 0 });
    expect(await readRevision(db, "policies")).toBe(policiesRevision + 1);
    const kept = await db.select().from(policyMembership).where(eq(policyMembership.policyId, id));
    expect(kept).toHaveLength(1);
    const versions = await db.select().from(policyVersions).where(eq(policyVersions.policyId, id));
    expect(versions.map((row) => row.fields.query)).toEqual(["SELECT 1", "SELECT 2;"]);
    await answer(host, id, "fail");
    expect(await get(id)).toMatchObject({ passing_host_count: 0, failing_host_count: 1 });
  });

  test("the same SQL again changes nothing", async () => {
    const id = await insertPolicy();
    const { body: answered } = await patch(id, { query: "SELECT 1" });
    expect(answered.policy.revision).toBe(1);
  });

  test("a narrower platform retires answers; a wider one starts them as pending", async () => {
    const id = await insertPolicy();
    const [mac, linux] = [await insertHost(), await insertHost({ platform: "ubuntu" })];
    await answer(mac, id, "pass");
    await answer(linux, id, "fail");
    const narrow = (await patch(id, { platform: "darwin" })).body.policy;
    expect(narrow).toMatchObject({ passing_host_count: 1, failing_host_count: 0 });
    const before = (await get(id)).pending_host_count;
    const wide = (await patch(id, { platform: "" })).body.policy;
    expect(wide).toMatchObject({ passing_host_count: 1, failing_host_count: 0 });
    expect(wide.pending_host_count).toBeGreaterThan(before);
  });

  test("the team of a policy is for good", async () => {
    const id = await insertPolicy();
    expect((await patch(id, { team_id: world.teamId })).status).toBe(400);
    expect((await patch(id, { team_id: null })).status).toBe(200);
    const ofTeam = await insertPolicy({}, world.teamId);
    const wrong = await patch(ofTeam, { critical: true });
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors[0].reason).toBe("policy does not belong to team/global");
  });

  test("every change leaves who, what, before and after", async () => {
    const id = await insertPolicy({ critical: false });
    await patch(id, { critical: true });
    await request(remove, { token: asAdmin(), body: { ids: [id] } });
    const rows = await db.select().from(activities);
    const mine = rows.filter((row) => row.details.policy_id === id);
    expect(mine.map((row) => row.type)).toEqual([
      "created_policy",
      "edited_policy",
      "deleted_policy",
    ]);
    expect(mine[1]).toMatchObject({
      actorEmail: world.admin.email,
      details: { before: { critical: false }, after: { critical: true } },
    });
  });
});

describe("deleting", () => {
  test("one unknown id deletes none; none deletes nothing", async () => {
    const id = await insertPolicy();
    const drop = (ids: number[]) => request(remove, { token: asAdmin(), body: { ids } });
    expect((await drop([id, 999_999])).status).toBe(404);
    expect((await get(id)).id).toBe(id);
    expect(await drop([])).toMatchObject({ status: 200, body: {} });
    expect(await drop([id, id])).toMatchObject({ status: 200, body: { deleted: [id] } });
    expect((await request(getOne, { token: asAdmin(), params: { id } })).status).toBe(404);
  });

  test("a team's policy is not deleted by way of the global ones", async () => {
    const id = await insertPolicy({}, world.teamId);
    const answered = await request(remove, { token: asAdmin(), body: { ids: [id] } });
    expect(answered.status).toBe(403);
  });
});

describe("lists and counts", () => {
  test("a team's people see global policies with their own hosts' counts only", async () => {
    const id = await insertPolicy();
    const [own, other] = [
      await insertHost({ teamId: world.teamId }),
      await insertHost({ teamId: world.otherTeamId }),
    ];
    await answer(own, id, "pass");
    await answer(other, id, "fail");
    const counts = { passing_host_count: 1, failing_host_count: 0 };
    expect(await get(id, world.teamObserver.token)).toMatchObject(counts);
    expect(await get(id)).toMatchObject({ passing_host_count: 1, failing_host_count: 1 });
    const params = { team_id: world.teamId };
    const { body: answered } = await request(listTeam, { token: asAdmin(), params });
    const inherited = answered.inherited_policies.find((one: { id: number }) => one.id === id);
    expect(inherited).toMatchObject(counts);
  });

  test("a team's list has its own policies and none of another team", async () => {
    const [own, other] = [
      await insertPolicy({}, world.teamId),
      await insertPolicy({}, world.otherTeamId),
    ];
    const ids = async (query = {}) => {
      const params = { team_id: world.teamId };
      const { body: answered } = await request(listTeam, {
        token: world.teamObserver.token,
        params,
        query,
      });
      return answered.policies.map((one: { id: number }) => one.id);
    };
    expect(await ids()).toContain(own);
    expect(await ids()).not.toContain(other);
    const global = await insertPolicy();
    expect(await ids()).not.toContain(global);
    expect(await ids({ merge_inherited: true })).toEqual(expect.arrayContaining([own, global]));
  });

  test("a list is searched without case, ordered, paged, and counted alike", async () => {
    const word = unique("Needle").replace(" ", "_");
    const ids = [];
    for (const letter of ["b", "A", "c"]) {
      ids.push(await insertPolicy({ name: `${letter} ${word}` }));
    }
    const query = { query: word.toUpperCase(), per_page: 2 };
    const list = async (more: object) =>
      (
        await request(listGlobal, { token: asAdmin(), query: { ...query, ...more } })
      ).body.policies.map((one: { name: string }) => one.name[0]);
    expect(await list({ page: 0 })).toEqual(["A", "b"]);
    expect(await list({ page: 1 })).toEqual(["c"]);
    expect(await list({ order_key: "name", order_direction: "desc" })).toEqual(["c", "b"]);
    const count = await request(countGlobal, { token: asAdmin(), query: { query: word } });
    expect(count.body).toEqual({ count: 3 });
    expect(await list({ query: "no such policy" })).toEqual([]);
    const wrong = await request(listGlobal, { token: asAdmin(), query: { order_key: "password" } });
    expect(wrong.status).toBe(400);
  });

  test("hosts by state add up to the hosts that are asked", async () => {
    const id = await insertPolicy({ platform: "windows" }, world.teamId);
    const team = { teamId: world.teamId };
    await insertHost(team);
    const ofTeam = await db.select().from(hosts).where(eq(hosts.teamId, world.teamId));
    const notWindows = ofTeam.filter((host) => host.platformFamily !== "windows").length;
    const asked = [];
    for (let n = 0; n < 5; n++) asked.push(await insertHost({ ...team, platform: "windows" }));
    const [one = 0, two = 0, three = 0, four = 0] = asked;
    await answer(one, id, "pass");
    await answer(two, id, "fail");
    await answer(three, id, "error", { error: "no such table" });
    await answer(four, id, "stale");
    expect(await get(id)).toMatchObject({
      passing_host_count: 1,
      failing_host_count: 1,
      error_host_count: 1,
      stale_host_count: 1,
      pending_host_count: 1,
      not_applicable_host_count: notWindows,
    });
  });
});

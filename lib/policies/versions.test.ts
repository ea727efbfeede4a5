import { asc, eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { PATCH as modify } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as createGlobal } from "#app/api/v1/fleet/policies/route.ts";
import { POST as apply } from "#app/api/v1/fleet/spec/policies/route.ts";
import { DELETE as deleteTeam } from "#app/api/v1/fleet/teams/[team_id]/route.ts";
import { POST as restore } from "#app/api/v1/muster/policies/[id]/revisions/[version]/restore/route.ts";
import { GET as getOne } from "#app/api/v1/muster/policies/[id]/revisions/[version]/route.ts";
import { GET as list } from "#app/api/v1/muster/policies/[id]/revisions/route.ts";
import { policyVersions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { bulkBody } from "#lib/policies/action-schema.ts";
import { changePolicies } from "#lib/policies/bulk.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
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

const token = () => world.admin.token;
const revisions = async (id: number, query = {}, as = token()) =>
  (await request(list, { token: as, params: { id }, query })).body.revisions;
const patch = (id: number, body: object) =>
  request(modify, { token: token(), params: { id }, method: "PATCH", body });
const goBack = (id: number, version: number, body: object = {}) =>
  request(restore, { token: token(), params: { id, version }, body });
const stored = (id: number) =>
  db
    .select()
    .from(policyVersions)
    .where(eq(policyVersions.policyId, id))
    .orderBy(asc(policyVersions.version));

accessTable({
  "GET /policies/{id}/revisions of all teams": [
    list,
    [200, 200, 200, 200, 200, 401],
    async () => ({ params: { id: await insertPolicy() } }),
  ],
  "GET /policies/{id}/revisions of a team": [
    list,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertPolicy({}, w.teamId) } }),
  ],
  "GET /policies/{id}/revisions/{version} of a team": [
    getOne,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertPolicy({}, w.teamId), version: 1 } }),
  ],
  "POST /policies/{id}/revisions/{version}/restore of all teams": [
    restore,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { id: await insertPolicy(), version: 1 }, body: {} }),
  ],
  "POST /policies/{id}/revisions/{version}/restore of a team": [
    restore,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ params: { id: await insertPolicy({}, w.teamId), version: 1 }, body: {} }),
  ],
});

describe("revisions", () => {
  test("every edit is one, with who, when, why and what it changed, newest first", async () => {
    const id = await insertPolicy({ description: "D" });
    await patch(id, { description: "Other", reason: "clearer" });
    await patch(id, { query: "SELECT 2", tags: ["Disk"] });
    const [third, second, first] = await revisions(id);
    expect(third).toMatchObject({
      version: 3,
      revision: 2,
      query: "SELECT 2",
      tags: ["disk"],
      before: { query: "SELECT 1", tags: [] },
      after: { query: "SELECT 2", tags: ["disk"] },
      ended_at: null,
    });
    expect(second).toMatchObject({
      version: 2,
      revision: 1,
      reason: "clearer",
      author_id: world.admin.id,
      before: { description: "D" },
      after: { description: "Other" },
      ended_at: third.created_at,
    });
    expect(first).toMatchObject({ version: 1, before: {}, after: {}, description: "D" });
    expect(first.ended_at).toBe(second.created_at);
  });

  test("an edit that changes nothing is none", async () => {
    const id = await insertPolicy({ tags: ["disk"] });
    await patch(id, { query: "SELECT 1", tags: [" DISK "], description: "" });
    expect(await revisions(id)).toHaveLength(1);
  });

  test("a reason given when it is made, and in a spec, is kept; a long one is refused", async () => {
    const body = { name: unique("Why"), query: "SELECT 1", reason: "audit" };
    const made = await request(createGlobal, { token: token(), body });
    expect((await revisions(made.body.policy.id))[0].reason).toBe("audit");
    const specs = [{ name: body.name, query: "SELECT 2", reason: "as code" }];
    await request(apply, { token: token(), body: { specs } });
    expect((await revisions(made.body.policy.id))[0]).toMatchObject({
      reason: "as code",
      version: 2,
    });
    const long = await patch(made.body.policy.id, { critical: true, reason: "x".repeat(1_001) });
    expect(long.status).toBe(400);
    expect(long.body.errors[0].reason).toContain("1000 characters");
  });

  test("counts are live while it is in force and stay as they were when it ended", async () => {
    const id = await insertPolicy();
    const hosts = [await insertHost(), await insertHost(), await insertHost()];
    const [one = 0, two = 0, three = 0] = hosts;
    await answer(one, id, "pass");
    await answer(two, id, "fail");
    expect((await revisions(id))[0]).toMatchObject({ passing_host_count: 1, pass_rate: 0.5 });
    await patch(id, { query: "SELECT 2" });
    await answer(three, id, "pass");
    const [now, then] = await revisions(id);
    expect(now).toMatchObject({ passing_host_count: 1, failing_host_count: 0, pass_rate: 1 });
    expect(then).toMatchObject({ passing_host_count: 1, failing_host_count: 1, pass_rate: 0.5 });
  });

  test("a team's people are not told how hosts of other teams stood", async () => {
    const id = await insertPolicy();
    await answer(await insertHost({ teamId: world.otherTeamId }), id, "fail");
    await patch(id, { query: "SELECT 2" });
    const [now, then] = await revisions(id, {}, world.teamAdmin.token);
    expect(now).toMatchObject({ failing_host_count: 0 });
    expect(then).toMatchObject({ failing_host_count: null, pass_rate: null });
  });

  test("what a policy was while it was another team's is that team's", async () => {
    const id = await insertPolicy({ query: "SELECT 'theirs'" }, world.otherTeamId);
    await changePolicies(
      SYSTEM,
      bulkBody.parse({ action: "move", ids: [id], team_id: world.teamId }),
    );
    const versions = async (as: string) =>
      (await revisions(id, {}, as)).map(({ version }: { version: number }) => version);
    expect(await versions(token())).toEqual([2, 1]);
    expect(await versions(world.teamAdmin.token)).toEqual([2]);
    const sent = { token: world.teamAdmin.token, params: { id, version: 1 } };
    expect((await request(getOne, sent)).status).toBe(404);
    expect((await request(restore, { ...sent, body: {} })).status).toBe(404);
  });

  test("they come in pages, whose last tells what it changed too", async () => {
    const id = await insertPolicy({ description: "0" });
    for (const description of ["1", "2", "3"]) await patch(id, { description });
    const page = await request(list, { token: token(), params: { id }, query: { per_page: 2 } });
    expect(page.body.meta).toEqual({ has_next_results: true, has_previous_results: false });
    expect(page.body.revisions[1]).toMatchObject({ version: 3, before: { description: "1" } });
    const rest = await revisions(id, { per_page: 2, page: 1 });
    expect(rest.map((one: { version: number }) => one.version)).toEqual([2, 1]);
  });

  test("deleting a policy, or its team, ends the last and keeps all", async () => {
    const teamId = await insertTeam();
    const [id, ofTeam] = [await insertPolicy(), await insertPolicy({}, teamId)];
    await answer(await insertHost({ teamId }), ofTeam, "fail");
    await answer(await insertHost(), id, "pass");
    await deletePolicies(SYSTEM, null, [id]);
    const gone = await request(deleteTeam, {
      token: token(),
      params: { team_id: teamId },
      method: "DELETE",
    });
    expect(gone.status).toBe(200);
    expect(await stored(id)).toMatchObject([{ endedAt: expect.any(Date), passing: 1 }]);
    expect(await stored(ofTeam)).toMatchObject([{ endedAt: expect.any(Date), failing: 0 }]);
    expect((await request(list, { token: token(), params: { id } })).status).toBe(404);
  });
});

describe("two people who edit one policy", () => {
  test("an edit of what is no longer in force changes nothing, and tells who was faster and when", async () => {
    const id = await insertPolicy({ query: "SELECT 1" });
    const faster = { query: "SELECT 2", expected_version: 1 };
    expect((await patch(id, faster)).status).toBe(200);
    const late = await patch(id, { query: "SELECT 3", expected_version: 1 });
    expect(late.status).toBe(409);
    const [{ author_name: author, created_at: at }] = await revisions(id);
    expect(late.body.errors[0].reason).toContain(`edited by ${author} at ${at}`);
    expect((await stored(id)).map(({ version }) => version)).toEqual([1, 2]);
    expect((await patch(id, { query: "SELECT 3", expected_version: 2 })).status).toBe(200);
    expect((await patch(id, { query: "SELECT 4" })).status).toBe(200);
  });
});

describe("restoring", () => {
  test("writes a new revision that says what the old one said, and asks its SQL anew", async () => {
    const id = await insertPolicy({ critical: true, tags: ["disk"] });
    const host = await insertHost();
    await answer(host, id, "pass");
    await patch(id, { query: "SELECT 2", critical: false, tags: [], name: unique("New") });
    const { status, body } = await goBack(id, 1, { reason: "it was right" });
    expect(status).toBe(200);
    expect(body.policy).toMatchObject({
      query: "SELECT 1",
      critical: true,
      tags: ["disk"],
      version: 3,
      revision: 3,
      passing_host_count: 0,
    });
    expect((await revisions(id))[0]).toMatchObject({ version: 3, reason: "it was right" });
    expect((await goBack(id, 1)).body.policy.version).toBe(3);
  });

  test("writes nothing over an edit that was not seen", async () => {
    const id = await insertPolicy();
    await patch(id, { query: "SELECT 2" });
    await patch(id, { query: "SELECT 3" });
    const late = await goBack(id, 1, { expected_version: 2 });
    expect(late.status).toBe(409);
    expect(late.body.errors[0].reason).toContain("revision 3 is in force");
    expect(await revisions(id)).toMatchObject([{ version: 3, query: "SELECT 3" }, {}, {}]);
    const seen = await goBack(id, 1, { expected_version: 3 });
    expect(seen.body.policy).toMatchObject({ version: 4, query: "SELECT 1" });
  });

  test("one whose name another policy has by now is refused in words", async () => {
    const id = await insertPolicy();
    const [{ name }] = await revisions(id);
    await patch(id, { name: unique("Renamed") });
    await insertPolicy({ name });
    const { status, body } = await goBack(id, 1);
    expect(status).toBe(409);
    expect(body.errors[0].reason).toContain(`Policy "${name}" already exists`);
    expect((await revisions(id))[0].version).toBe(2);
  });

  test("one that never was is 404", async () => {
    const id = await insertPolicy();
    expect((await goBack(id, 7)).status).toBe(404);
    expect((await request(getOne, { token: token(), params: { id, version: 7 } })).status).toBe(
      404,
    );
  });
});

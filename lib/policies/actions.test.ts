import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { GET as getHost } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { POST as reset } from "#app/api/v1/fleet/policies/[id]/reset/route.ts";
import { GET as getOne } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as pause } from "#app/api/v1/muster/policies/[id]/pause/route.ts";
import { POST as resume } from "#app/api/v1/muster/policies/[id]/resume/route.ts";
import { POST as run } from "#app/api/v1/muster/policies/[id]/run/route.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { activities } from "#db/schema/system.ts";
import { readRevision } from "#lib/revisions.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request, type TestRequest } from "#lib/testing/request.ts";
import { createWorld, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const ofAll = async (): Promise<TestRequest> => ({
  params: { id: await insertPolicy() },
  body: {},
});
const ofTeam = async (w: World): Promise<TestRequest> => ({
  params: { id: await insertPolicy({}, w.teamId) },
  body: {},
});

accessTable({
  "POST /policies/{id}/pause of all teams": [pause, [200, 200, 403, 403, 403, 401], ofAll],
  "POST /policies/{id}/pause of a team": [pause, [200, 200, 403, 200, 403, 401], ofTeam],
  "POST /policies/{id}/resume of all teams": [resume, [200, 200, 403, 403, 403, 401], ofAll],
  "POST /policies/{id}/resume of a team": [resume, [200, 200, 403, 200, 403, 401], ofTeam],
  "POST /policies/{id}/reset of all teams": [reset, [200, 200, 403, 403, 403, 401], ofAll],
  "POST /policies/{id}/reset of a team": [reset, [200, 200, 403, 200, 403, 401], ofTeam],
  "POST /policies/{id}/reset of none that is there": [
    reset,
    [404, 404, 403, 403, 403, 401],
    () => ({ params: { id: 999_999 }, body: {} }),
  ],
  "POST /policies/{id}/run of all teams": [run, [200, 200, 403, 403, 403, 401], ofAll],
  "POST /policies/{id}/run of a team": [run, [200, 200, 403, 200, 403, 401], ofTeam],
  "POST /policies/{id}/run on a team's host, for whom may refetch it": [
    run,
    [200, 200, 200, 200, 404, 401],
    async (w) => ({
      params: { id: await insertPolicy() },
      body: { host_ids: [await insertHost({ teamId: w.teamId })] },
    }),
  ],
});

const token = () => world.admin.token;
const post = (handler: typeof pause, id: number, body: object = {}) =>
  request(handler, { token: token(), params: { id }, body });
const get = async (id: number) =>
  (await request(getOne, { token: token(), params: { id } })).body.policy;
const typesOf = async (id: number) =>
  (await db.select().from(activities))
    .filter((row) => row.details.policy_id === id)
    .map((row) => row.type);

describe("pausing", () => {
  test("keeps the answers, tells every process, and is undone by resuming", async () => {
    const id = await insertPolicy();
    await answer(await insertHost(), id, "fail");
    const before = await readRevision(db, "policies");
    const paused = await post(pause, id, { reason: "it floods the helpdesk" });
    expect(paused.body.policy).toMatchObject({
      paused_at: expect.stringMatching(/Z$/),
      failing_host_count: 1,
      revision: 1,
      version: 2,
    });
    expect(await readRevision(db, "policies")).toBeGreaterThan(before);
    const resumed = await post(resume, id);
    expect(resumed.body.policy).toMatchObject({
      paused_at: null,
      failing_host_count: 1,
      version: 3,
    });
    expect(await typesOf(id)).toEqual(["created_policy", "paused_policy", "resumed_policy"]);
  });

  test("twice is once, and keeps the time of the first", async () => {
    const id = await insertPolicy();
    const { paused_at } = (await post(pause, id)).body.policy;
    expect((await post(pause, id)).body.policy).toMatchObject({ paused_at, version: 2 });
  });
});

describe("run now", () => {
  test("marks the policy for all its hosts and is no edit", async () => {
    const id = await insertPolicy();
    const before = await readRevision(db, "policies");
    const { body } = await post(run, id);
    expect(body.host_ids).toBeNull();
    expect(body.policy).toMatchObject({ run_requested_at: expect.any(String), version: 1 });
    expect(await readRevision(db, "policies")).toBeGreaterThan(before);
    expect(await typesOf(id)).toContain("ran_policy");
  });

  test("on chosen hosts refetches those that the policy asks and no other", async () => {
    const id = await insertPolicy({ platform: "darwin" });
    const [mac, linux, other] = [
      await insertHost(),
      await insertHost({ platform: "ubuntu" }),
      await insertHost(),
    ];
    const { body } = await post(run, id, { host_ids: [linux, mac, mac] });
    expect(body.host_ids).toEqual([mac]);
    const asked = async (hostId: number) =>
      (await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId)))[0]
        ?.refetchRequestedAt;
    expect(await asked(mac)).toBeInstanceOf(Date);
    expect([await asked(linux), await asked(other)]).toEqual([null, null]);
    expect((await get(id)).run_requested_at).toBeNull();
  });

  test("tells nobody which hosts other teams have", async () => {
    const id = await insertPolicy();
    const asked = (hostId: number) =>
      request(run, {
        token: world.teamAdmin.token,
        params: { id },
        body: { host_ids: [hostId] },
      });
    for (const teamId of [world.otherTeamId, null]) {
      const hostId = await insertHost({ teamId });
      const { status, body } = await asked(hostId);
      const { body: none } = await asked(999_999);
      expect(status).toBe(404);
      expect(JSON.stringify(body).replaceAll(String(hostId), "999999")).toBe(JSON.stringify(none));
    }
  });

  test("is refused while it is paused, for unknown hosts, and for more than a thousand", async () => {
    const id = await insertPolicy();
    expect((await post(run, id, { host_ids: [999_999] })).status).toBe(404);
    const many = Array.from({ length: 1_001 }, (_, index) => index + 1);
    expect((await post(run, id, { host_ids: many })).status).toBe(422);
    await post(pause, id);
    const refused = await post(run, id);
    expect(refused.status).toBe(409);
    expect(refused.body.errors[0].reason).toContain("resume it first");
  });
});

describe("resetting", () => {
  const standing = async (hostId: number, policyId: number) => {
    const { body } = await request(getHost, { token: token(), params: { id: hostId } });
    return body.host.policies.find(({ id }: { id: number }) => id === policyId);
  };

  test("forgets every answer as an edit of the SQL does, and tells who did", async () => {
    const id = await insertPolicy({ critical: true }, world.teamId);
    const hostIds = [
      await insertHost({ teamId: world.teamId }),
      await insertHost({ teamId: world.teamId }),
    ];
    await answer(hostIds[0] ?? 0, id, "pass");
    await answer(hostIds[1] ?? 0, id, "fail");
    const before = await get(id);
    expect(before).toMatchObject({ passing_host_count: 1, failing_host_count: 1 });
    const revision = await readRevision(db, "policies");

    expect(await post(reset, id)).toMatchObject({ status: 200, body: {} });
    expect(await readRevision(db, "policies")).toBeGreaterThan(revision);
    const after = await get(id);
    expect(after).toMatchObject({
      query: before.query,
      version: before.version + 1,
      revision: before.revision + 1,
      passing_host_count: 0,
      failing_host_count: 0,
      pending_host_count: 2,
    });
    for (const hostId of hostIds) {
      expect(await standing(hostId, id)).toMatchObject({ response: "", state: "pending" });
    }
    await answer(hostIds[0] ?? 0, id, "pass");
    expect(await get(id)).toMatchObject({ passing_host_count: 1, pending_host_count: 1 });
    expect(await typesOf(id)).toEqual(["created_policy", "reset_policy"]);
  });

  test("may be done again, and to a paused policy, which stays paused", async () => {
    const id = await insertPolicy();
    await post(pause, id);
    await post(reset, id);
    await post(reset, id);
    const policy = await get(id);
    expect(policy).toMatchObject({ version: 4, revision: 3 });
    expect(policy.paused_at).not.toBeNull();
  });
});

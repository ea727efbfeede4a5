import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  DELETE as end,
  GET as getOne,
  PATCH as modify,
} from "#app/api/v1/muster/exemptions/[id]/route.ts";
import { POST as create, GET as list } from "#app/api/v1/muster/exemptions/route.ts";
import { exemptions } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { accessTable } from "#lib/testing/access.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { settle } from "#lib/testing/jobs.ts";
import { insertPolicy, membershipOf, transitionsOf } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, type World } from "#lib/testing/world.ts";
import { remindOfEnds } from "./remind.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const body = (policyId: number, target: object, days = 30) => ({
  policy_id: policyId,
  ...target,
  reason: "Replaced next month",
  expires_at: inDays(days),
});
const ask = (input: object, token = world.admin.token) => request(create, { token, body: input });
const made = async (input: object): Promise<number> => {
  const answered = await ask(input);
  expect(answered.status, JSON.stringify(answered.body)).toBe(200);
  return answered.body.exemption.id;
};
const listed = async (query: Record<string, string | number>, token = world.admin.token) =>
  (await request(list, { token, query })).body;
const change = (id: number, changes: object) =>
  request(modify, { token: world.admin.token, method: "PATCH", params: { id }, body: changes });
const typesOf = async (id: number) =>
  (await db.select().from(activities))
    .filter((row) => row.details.exemption_id === id)
    .map((row) => row.type);

accessTable({
  "GET /exemptions": [list, [200, 200, 200, 200, 200, 401]],
  "POST /exemptions from a policy of all teams": [
    create,
    [200, 200, 403, 403, 403, 401],
    async (w) => ({
      body: body(await insertPolicy(), { host_id: await insertHost({ teamId: w.teamId }) }),
    }),
  ],
  "POST /exemptions from a team's policy": [
    create,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({
      body: body(await insertPolicy({}, w.teamId), {
        host_id: await insertHost({ teamId: w.teamId }),
      }),
    }),
  ],
  "GET /exemptions/{id} from a team's policy": [
    getOne,
    [200, 200, 200, 200, 404, 401],
    async (w) => ({
      params: {
        id: await made(
          body(await insertPolicy({}, w.teamId), {
            host_id: await insertHost({ teamId: w.teamId }),
          }),
        ),
      },
    }),
  ],
  "DELETE /exemptions/{id} from a policy of all teams": [
    end,
    [200, 200, 403, 403, 403, 401],
    async (w) => ({
      params: {
        id: await made(
          body(await insertPolicy(), { host_id: await insertHost({ teamId: w.teamId }) }),
        ),
      },
    }),
  ],
});

describe("exemptions", () => {
  test("a host is let off at once, counted as exempt and not as fail, and its history says so", async () => {
    const policyId = await insertPolicy();
    const hostId = await insertHost();
    await answer(hostId, policyId, "fail");
    const id = await made(body(policyId, { host_id: hostId }));
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "exempt", passes: false });
    expect(await transitionsOf(hostId, policyId)).toEqual(["pending>fail", "fail>exempt"]);
    await settle();
    await expectConsistent(db);
    const [row] = (await listed({ policy_id: policyId })).exemptions;
    expect(row).toMatchObject({
      id,
      target: { type: "host", id: hostId },
      reason: "Replaced next month",
      ended_at: null,
    });
  });

  test("ending it by hand counts what the host answered last, and keeps the record", async () => {
    const policyId = await insertPolicy();
    const hostId = await insertHost();
    await answer(hostId, policyId, "fail");
    const id = await made(body(policyId, { host_id: hostId }));
    const ended = await request(end, {
      token: world.admin.token,
      method: "DELETE",
      params: { id },
    });
    expect(ended.body.exemption.ended_by).toBeTruthy();
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "fail" });
    expect((await listed({ policy_id: policyId })).count).toBe(0);
    expect((await listed({ policy_id: policyId, state: "ended" })).count).toBe(1);
    expect(await typesOf(id)).toEqual(["created_exemption", "ended_exemption"]);
    await settle();
    await expectConsistent(db);
    expect((await change(id, { reason: "Longer" })).status).toBe(409);
  });

  test("the same target twice is a conflict that names the one in force", async () => {
    const policyId = await insertPolicy();
    const hostId = await insertHost();
    const id = await made(body(policyId, { host_id: hostId }));
    const again = await ask(body(policyId, { host_id: hostId }));
    expect(again.status).toBe(409);
    expect(again.body.errors[0].reason).toContain(`exemption ${id}`);
  });

  test("one target, a reason and an end in the coming year are needed", async () => {
    const policyId = await insertPolicy();
    const hostId = await insertHost();
    const reasons = async (input: object) => {
      const answered = await ask({ ...body(policyId, { host_id: hostId }), ...input });
      expect(answered.status).toBe(422);
      return answered.body.errors.map((error: { reason: string }) => error.reason).join();
    };
    expect(await reasons({ team_id: 0 })).toContain("exactly one");
    expect(await reasons({ host_id: null })).toContain("exactly one");
    expect(await reasons({ reason: "  " })).toContain("needs a reason");
    expect(await reasons({ expires_at: inDays(-1) })).toContain("in the future");
    expect(await reasons({ expires_at: inDays(400) })).toContain("366 days");
    expect(await reasons({ remind_at: inDays(31) })).toContain("before expires_at");
    expect((await ask(body(policyId, { host_id: 99_999_999 }))).status).toBe(404);
    expect((await ask(body(99_999_999, { host_id: hostId }))).status).toBe(404);
  });

  test("a host of another team is refused from a team's policy", async () => {
    const policyId = await insertPolicy({}, await insertTeam());
    const hostId = await insertHost({ teamId: world.teamId });
    expect((await ask(body(policyId, { host_id: hostId }))).status).toBe(422);
  });

  test("people of one team do not learn what other teams' hosts are called, nor that there are any", async () => {
    const policyId = await insertPolicy({}, world.teamId);
    for (const teamId of [world.otherTeamId, null]) {
      const hostId = await insertHost({ teamId });
      const refused = await ask(body(policyId, { host_id: hostId }), world.teamAdmin.token);
      const unknown = await ask(body(policyId, { host_id: 99_999_999 }), world.teamAdmin.token);
      expect([refused.status, unknown.status]).toEqual([404, 404]);
      expect(JSON.stringify(refused.body)).not.toContain("host-");
    }
    const ofTeam = await ask(body(policyId, { team_id: world.otherTeamId }), world.teamAdmin.token);
    expect(ofTeam.status).toBe(404);
  });

  test("people of one team do not see that another team's host is let off", async () => {
    const policyId = await insertPolicy();
    const hostId = await insertHost({ teamId: world.otherTeamId });
    await made(body(policyId, { host_id: hostId }));
    expect((await listed({ policy_id: policyId })).count).toBe(1);
    expect((await listed({ policy_id: policyId }, world.teamAdmin.token)).count).toBe(0);
    expect((await listed({ policy_id: policyId }, world.otherTeamAdmin.token)).count).toBe(1);
  });

  test("people of a team count what lets their hosts off and ends within a week, and no other team's", async () => {
    const teamId = await insertTeam();
    const theirs = await insertPolicy({}, teamId);
    const ofAll = await insertPolicy();
    const hostId = await insertHost({ teamId });
    const soon = await made(body(theirs, { host_id: hostId }, 3));
    const inherited = await made(body(ofAll, { host_id: hostId }, 5));
    await made(body(await insertPolicy({}, teamId), { host_id: hostId }, 30));
    await made(
      body(
        await insertPolicy({}, world.otherTeamId),
        {
          host_id: await insertHost({ teamId: world.otherTeamId }),
        },
        2,
      ),
    );
    await made(body(ofAll, { host_id: await insertHost({ teamId: world.otherTeamId }) }, 4));
    await made(body(ofAll, { team_id: 0 }, 4));
    const maintainer = await insertUser("maintainer", teamId);
    const ids = async (query: object, token: string) =>
      (await listed({ state: "ending", ...query }, token)).exemptions.map(
        (one: { id: number }) => one.id,
      );
    const seen = await ids({}, maintainer.token);
    expect(seen).toEqual([soon, inherited]);
    expect(await ids({ team_id: teamId }, maintainer.token)).toEqual(seen);
    expect(await ids({ team_id: teamId }, world.admin.token)).toEqual(seen);
    expect((await ids({}, world.admin.token)).length).toBeGreaterThan(seen.length + 2);
  });

  test("a reminder is a week ahead unless said otherwise, given once, and again after a new end", async () => {
    const hostId = await insertHost();
    const id = await made(body(await insertPolicy(), { host_id: hostId }));
    const [row] = await db.select().from(exemptions).where(eq(exemptions.id, id));
    const days = ((row?.expiresAt.getTime() ?? 0) - (row?.remindAt?.getTime() ?? 0)) / DAY_MS;
    expect(days).toBe(7);
    const isDue = new Date(Date.now() - 1_000);
    await db.update(exemptions).set({ remindAt: isDue }).where(eq(exemptions.id, id));
    await remindOfEnds(db);
    await remindOfEnds(db);
    expect((await typesOf(id)).filter((type) => type === "exemption_ends_soon")).toHaveLength(1);
    expect((await change(id, { expires_at: inDays(60), remind_at: inDays(50) })).status).toBe(200);
    await db.update(exemptions).set({ remindAt: isDue }).where(eq(exemptions.id, id));
    await remindOfEnds(db);
    expect((await typesOf(id)).filter((type) => type === "exemption_ends_soon")).toHaveLength(2);
  });

  test("another reason leaves the end and the reminder as they were, to the millisecond", async () => {
    const id = await made(body(await insertPolicy(), { host_id: await insertHost() }));
    const of = () => db.select().from(exemptions).where(eq(exemptions.id, id));
    const [before] = await of();
    expect((await change(id, { reason: "Lost" })).status).toBe(200);
    expect(await of()).toEqual([{ ...before, reason: "Lost" }]);
  });

  test("a change that changes nothing leaves no trace", async () => {
    const id = await made(body(await insertPolicy(), { host_id: await insertHost() }));
    expect((await change(id, { reason: "Replaced next month" })).status).toBe(200);
    expect(await typesOf(id)).toEqual(["created_exemption"]);
  });
});

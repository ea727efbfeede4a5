import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { POST as refetch } from "#app/api/v1/fleet/hosts/[id]/refetch/route.ts";
import { DELETE as removeOne } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { POST as remove } from "#app/api/v1/fleet/hosts/delete/route.ts";
import { GET as list } from "#app/api/v1/fleet/hosts/route.ts";
import { POST as transferMatching } from "#app/api/v1/fleet/hosts/transfer/filter/route.ts";
import { POST as transfer } from "#app/api/v1/fleet/hosts/transfer/route.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { countsOf, insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const token = () => world.admin.token;
const teamOf = async (id: number) =>
  (await db.select().from(hosts).where(eq(hosts.id, id)))[0]?.teamId;
const agentOf = async (id: number) =>
  (await db.select().from(hostAgents).where(eq(hostAgents.hostId, id)))[0];
const lastActivity = async (type: string) =>
  (await db.select().from(activities).where(eq(activities.type, type))).at(-1);
const counts = (pass: number, fail = 0) => ({ pass, fail, error: 0 });

accessTable({
  "POST /hosts/{id}/refetch": [
    refetch,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertHost({ teamId: w.teamId }) } }),
  ],
  "DELETE /hosts/{id}": [
    removeOne,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ params: { id: await insertHost({ teamId: w.teamId }) } }),
  ],
  "DELETE /hosts/{id} of no team": [
    removeOne,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { id: await insertHost() } }),
  ],
  "POST /hosts/delete": [
    remove,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ body: { ids: [await insertHost({ teamId: w.teamId })] } }),
  ],
  "POST /hosts/transfer to the own team from none": [
    transfer,
    [200, 200, 403, 403, 403, 401],
    async (w) => ({ body: { team_id: w.teamId, hosts: [await insertHost()] } }),
  ],
  "POST /hosts/transfer out of the own team": [
    transfer,
    [200, 200, 403, 403, 403, 401],
    async (w) => ({ body: { team_id: null, hosts: [await insertHost({ teamId: w.teamId })] } }),
  ],
  "POST /hosts/transfer/filter": [
    transferMatching,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { team_id: w.teamId, filters: { team_id: w.teamId } } }),
  ],
});

describe("refetch", () => {
  test("stays asked for by the database's clock, and asking again starts over without a second activity", async () => {
    const id = await insertHost();
    await request(refetch, { token: token(), params: { id }, method: "POST" });
    const asked = await agentOf(id);
    expect(Math.abs((asked?.refetchRequestedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);
    expect(asked?.revision).toBe(2);
    await request(refetch, { token: world.observer.token, params: { id }, method: "POST" });
    const again = await agentOf(id);
    expect(again?.revision).toBe(3);
    expect(Number(again?.refetchRequestedAt)).toBeGreaterThanOrEqual(
      Number(asked?.refetchRequestedAt),
    );
    expect(await lastActivity("requested_refetch")).toMatchObject({
      actorEmail: world.admin.email,
      details: { host_id: id },
    });
    const { body } = await request(list, { token: token(), query: { per_page: 1000 } });
    const host = body.hosts.find((one: { id: number }) => one.id === id);
    expect(host).toMatchObject({ refetch_requested: true });
  });

  test("a host that does not exist is 404", async () => {
    const sent = { token: token(), params: { id: 999_999 }, method: "POST" };
    expect((await request(refetch, sent)).status).toBe(404);
  });
});

describe("transfer", () => {
  test("the old team's answers retire, those to global policies count for the new team", async () => {
    const [global, ofTeam] = [await insertPolicy(), await insertPolicy({}, world.teamId)];
    const id = await insertHost({ teamId: world.teamId });
    await answer(id, global, "pass");
    await answer(id, ofTeam, "fail");
    expect([await countsOf(global), await countsOf(ofTeam)]).toEqual([counts(1), counts(0, 1)]);
    const sent = { team_id: world.otherTeamId, hosts: [id] };
    await request(transfer, { token: token(), body: sent });
    expect(await teamOf(id)).toBe(world.otherTeamId);
    expect([await countsOf(global), await countsOf(ofTeam)]).toEqual([counts(1), counts(0)]);
    const query = { policy_id: global, policy_response: "passing", team_id: world.otherTeamId };
    expect((await request(list, { token: token(), query })).body.hosts).toHaveLength(1);
    expect(await lastActivity("transferred_hosts")).toMatchObject({
      teamId: world.otherTeamId,
      details: { host_ids: [id], before: { team_ids: [world.teamId] } },
    });
  });

  test("by filter it takes those that match, and a filter nobody knows takes none", async () => {
    const word = unique("move").replace(" ", "");
    const [one, two] = [await insertHost({ hostname: `${word}-1` }), await insertHost()];
    const move = (filters: object) =>
      request(transferMatching, { token: token(), body: { team_id: world.teamId, filters } });
    expect((await move({ query: word, label_id: 999_999 })).status).toBe(404);
    expect((await move({ software_id: 3 })).status).toBe(400);
    expect(await teamOf(one)).toBeNull();
    expect((await move({ query: word, label_id: null })).status).toBe(200);
    expect([await teamOf(one), await teamOf(two)]).toEqual([world.teamId, null]);
  });

  test("a team that does not exist is 404 and moves nothing", async () => {
    const id = await insertHost();
    const sent = { token: token(), body: { team_id: 999_999, hosts: [id] } };
    expect((await request(transfer, sent)).status).toBe(404);
    expect(await teamOf(id)).toBeNull();
  });
});

describe("delete", () => {
  test("takes the host out of counts and lists, and ends its key", async () => {
    const policyId = await insertPolicy();
    const id = await insertHost();
    await answer(id, policyId, "pass");
    await request(removeOne, { token: token(), params: { id }, method: "DELETE" });
    expect(await countsOf(policyId)).toEqual(counts(0));
    const rows = await db.select().from(policyMembership).where(eq(policyMembership.hostId, id));
    expect(rows).toEqual([]);
    expect(await agentOf(id)).toMatchObject({ nodeKeyHash: null, card: null });
    expect((await agentOf(id))?.deletedAt).not.toBeNull();
    const again = { token: token(), params: { id }, method: "DELETE" };
    expect((await request(removeOne, again)).status).toBe(404);
    const { details } = (await lastActivity("deleted_hosts")) ?? {};
    expect(details).toMatchObject({ host_ids: [id] });
  });

  test("one host of another team among the ids deletes none", async () => {
    const own = await insertHost({ teamId: world.teamId });
    const other = await insertHost({ teamId: world.otherTeamId });
    const body = { ids: [own, other] };
    const answered = await request(remove, { token: world.teamAdmin.token, body });
    expect(answered.status).toBe(403);
    expect(await teamOf(own)).toBe(world.teamId);
  });

  test("by filters it takes only what the viewer may write", async () => {
    const word = unique("gone").replace(" ", "");
    const own = await insertHost({ teamId: world.teamId, hostname: `${word}-a` });
    const other = await insertHost({ teamId: world.otherTeamId, hostname: `${word}-b` });
    const body = { filters: { query: word } };
    await request(remove, { token: world.teamAdmin.token, body });
    expect(await teamOf(own)).toBeUndefined();
    expect(await teamOf(other)).toBe(world.otherTeamId);
  });

  test.each([
    [{}, "list of ids or filters must be specified"],
    [{ ids: [] }, "list of ids or filters must be specified"],
    [
      { ids: [1], filters: { query: "x" } },
      "Cannot specify a list of ids and filters at the same time",
    ],
  ])("%j is refused in Fleet's words", async (body, reason) => {
    const answered = await request(remove, { token: token(), body });
    expect(answered.status).toBe(400);
    expect(answered.body.errors[0].reason).toBe(reason);
  });
});

import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as getHostThen } from "#app/api/v1/muster/as-of/hosts/[id]/route.ts";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as getPolicyThen } from "#app/api/v1/muster/as-of/policies/[id]/route.ts";
import { GET as listPoliciesThen } from "#app/api/v1/muster/as-of/policies/route.ts";
import { hostVersions } from "#db/schema/hosts.ts";
import { policyTransitions, policyVersions } from "#db/schema/policies.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, type World } from "#lib/testing/world.ts";
import { HISTORY_STATES } from "./states.ts";

const db = await testDatabase();
const agents = await testAgents();
const world: World = await createWorld();
const beforeHistory = await moment();
await startHistory();
const { token } = world.admin;

const edit = (id: number, patch: object, team: number | null = null) =>
  modifyPolicy(SYSTEM, team, id, modifyPolicyBody.parse(patch));

async function policyAt(at: Date, id: number, query = {}) {
  const asOf = { as_of: at.toISOString(), ...query };
  const { status, body } = await request(getPolicyThen, { token, params: { id }, query: asOf });
  expect(status).toBe(200);
  return body.policy;
}

/** pass/fail/error/stale/exempt/pending, of the counts; and the lists behind them must agree. */
async function countsAt(at: Date, id: number, query: Record<string, number> = {}) {
  const policy = await policyAt(at, id, query);
  const names = { pass: "passing", fail: "failing" } as Record<string, string>;
  const counts: number[] = [];
  for (const state of HISTORY_STATES.filter((one) => one !== "not_applicable")) {
    const counted = policy[`${names[state] ?? state}_host_count`];
    const list = await hostsAt(at, { policy_id: id, policy_state: state, ...query });
    expect([state, list.count, list.hosts.length]).toEqual([state, counted, counted]);
    for (const host of list.hosts) {
      expect(host.policy_state).toBe(state);
      expect(await stateAt(at, host.id, id)).toBe(state);
    }
    counts.push(counted);
  }
  return counts.join("/");
}

async function hostsAt(at: Date, query: Record<string, string | number> = {}) {
  const asOf = { as_of: at.toISOString(), per_page: 200, ...query };
  const { status, body } = await request(listHostsThen, { token, query: asOf });
  expect(status).toBe(200);
  return body;
}

const hostAt = (at: Date, id: number) =>
  request(getHostThen, { token, params: { id }, query: { as_of: at.toISOString() } });

async function stateAt(at: Date, hostId: number, policyId: number): Promise<string> {
  const { body } = await hostAt(at, hostId);
  const policy = body.host.policies.find(({ id }: { id: number }) => id === policyId);
  return policy?.state ?? "not_applicable";
}

accessTable({
  "GET /muster/as-of/policies": [
    listPoliciesThen,
    [200, 200, 200, 200, 200, 401],
    async () => ({ query: { as_of: (await moment()).toISOString() } }),
  ],
  "GET /muster/as-of/policies?team_id": [
    listPoliciesThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ query: { as_of: (await moment()).toISOString(), team_id: w.teamId } }),
  ],
  "GET /muster/as-of/policies/{id} of a team": [
    getPolicyThen,
    [200, 200, 200, 200, 404, 401],
    async (w) => ({
      params: { id: await insertPolicy({}, w.teamId) },
      query: { as_of: (await moment()).toISOString() },
    }),
  ],
  "GET /muster/as-of/hosts?team_id": [
    listHostsThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ query: { as_of: (await moment()).toISOString(), team_id: w.teamId } }),
  ],
  "GET /muster/as-of/hosts/{id} of a team": [
    getHostThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({
      params: { id: await insertHost({ teamId: w.teamId, createdAt: new Date() }) },
      query: { as_of: (await moment()).toISOString() },
    }),
  ],
});

test("before and after an edit: the SQL then in force, and answers to it alone", async () => {
  const empty = await moment();
  const teamId = await insertTeam();
  const id = await insertPolicy({ query: "SELECT 1", name: "As it was" }, teamId);
  await agents.app.refresh();
  const host = new TestHost(agents);
  await host.enroll(teamId);
  await host.checkIn({ [id]: 1 });
  const passed = await moment();
  await edit(id, { query: "SELECT 2", name: "As it is" }, teamId);
  const edited = await moment();
  await agents.app.refresh();
  await host.checkIn({ [id]: 0 });
  const failed = await moment();

  const none = await request(getPolicyThen, {
    token,
    params: { id },
    query: { as_of: empty.toISOString() },
  });
  expect(none.status).toBe(404);
  expect(await policyAt(passed, id)).toMatchObject({ query: "SELECT 1", name: "As it was" });
  expect(await countsAt(passed, id)).toBe("1/0/0/0/0/0");
  expect(await policyAt(edited, id)).toMatchObject({ query: "SELECT 2", revision: 2 });
  expect(await countsAt(edited, id)).toBe("0/0/0/0/0/1");
  expect(await countsAt(failed, id)).toBe("0/1/0/0/0/0");
  const hostId = await hostIdOf(host.identifier);
  const { body } = await hostAt(failed, hostId);
  expect(body.host).toMatchObject({ failing_policies_count: 1, platform: "darwin" });
  const error = new TestHost(agents);
  await error.enroll(teamId);
  await error.checkIn({ [id]: "no such table: nothing" });
  const erred = await moment();
  expect(await countsAt(erred, id)).toBe("0/1/1/0/0/0");
  const then = await hostAt(erred, await hostIdOf(error.identifier));
  expect(then.body.host.policies[0]).toMatchObject({
    state: "error",
    error: "no such table: nothing",
  });
});

test("deleted policies and hosts are there as they were, and gone afterwards", async () => {
  const id = await insertPolicy({ name: "Soon gone" });
  const hostId = await insertHost({ createdAt: new Date(), hostname: "soon-gone" });
  await answer(hostId, id, "fail", { at: new Date() });
  const both = await moment();
  await deleteHosts(SYSTEM, [hostId]);
  const hostGone = await moment();
  await deletePolicies(SYSTEM, null, [id]);
  const allGone = await moment();

  expect(await stateAt(both, hostId, id)).toBe("fail");
  const counts = async (at: Date) => (await policyAt(at, id)).failing_host_count;
  expect(await counts(both)).toBe(1);
  expect(await counts(hostGone)).toBe(0);
  expect((await hostsAt(both, { query: "soon-gone" })).count).toBe(1);
  expect((await hostsAt(hostGone, { query: "soon-gone" })).count).toBe(0);
  expect((await hostAt(hostGone, hostId)).status).toBe(404);
  const list = async (at: Date) =>
    (
      await request(listPoliciesThen, {
        token,
        query: { as_of: at.toISOString(), query: "Soon gone" },
      })
    ).body;
  expect(await list(hostGone)).toMatchObject({ count: 1, policies: [{ id, name: "Soon gone" }] });
  expect(await list(allGone)).toMatchObject({ count: 0, policies: [] });
});

test("teams and platforms of policies and hosts decide as they were then", async () => {
  const global = await insertPolicy({ name: "For macOS", platform: "darwin" });
  const ofTeam = await insertPolicy({ name: "Of the team" }, world.teamId);
  const hostId = await insertHost({ teamId: world.teamId, createdAt: new Date() });
  await answer(hostId, global, "pass", { at: new Date() });
  await answer(hostId, ofTeam, "fail", { at: new Date() });
  const inTeam = await moment();
  await transferHosts(SYSTEM, world.otherTeamId, [hostId]);
  const moved = await moment();
  await edit(global, { platform: "windows" });
  const narrowed = await moment();
  await edit(global, { platform: "darwin,windows" });
  const widened = await moment();

  const states = async (at: Date) =>
    `${await stateAt(at, hostId, global)} ${await stateAt(at, hostId, ofTeam)}`;
  expect(await states(inTeam)).toBe("pass fail");
  expect(await states(moved)).toBe("pass not_applicable");
  expect(await states(narrowed)).toBe("not_applicable not_applicable");
  expect(await states(widened)).toBe("pending not_applicable");
  for (const at of [inTeam, moved, narrowed, widened]) {
    await countsAt(at, global);
    await countsAt(at, ofTeam);
  }
  expect(await countsAt(inTeam, global, { team_id: world.teamId })).toBe("1/0/0/0/0/0");
  expect(await countsAt(moved, global, { team_id: world.teamId })).toBe("0/0/0/0/0/0");
  expect(await countsAt(moved, global, { team_id: world.otherTeamId })).toBe("1/0/0/0/0/0");
  const seen = async (who: string, at: Date) =>
    (await request(listHostsThen, { token: who, query: { as_of: at.toISOString() } })).body.count;
  expect(await seen(world.teamAdmin.token, inTeam)).toBe(
    (await seen(world.teamAdmin.token, moved)) + 1,
  );
});

test("a host told of another platform is asked other policies from then on", async () => {
  const id = await insertPolicy({ platform: "darwin" });
  await agents.app.refresh();
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn({ [id]: 1 });
  const mac = await moment();
  await host.post("distributed/write", {
    queries: { fleet_detail_query_os_version: [{ name: "Windows", platform: "windows" }] },
    statuses: { fleet_detail_query_os_version: 0 },
    messages: {},
  });
  const windows = await moment();
  const hostId = await hostIdOf(host.identifier);
  expect(await stateAt(mac, hostId, id)).toBe("pass");
  expect(await stateAt(windows, hostId, id)).toBe("not_applicable");
  expect(await countsAt(mac, id)).toMatch(/^1/);
  expect(await countsAt(windows, id)).toMatch(/^0/);
});

test("an exempt host is exempt then, and neither passes nor fails", async () => {
  const id = await insertPolicy({ name: "With an exemption" });
  const hostId = await insertHost({ createdAt: new Date() });
  await answer(hostId, id, "fail", { at: new Date() });
  const before = await moment();
  const change = { hostId, policyId: id, revision: 1, error: null };
  await db
    .insert(policyTransitions)
    .values([{ ...change, fromState: "fail", toState: "exempt", at: new Date() }]);
  const during = await moment();
  await db
    .insert(policyTransitions)
    .values([{ ...change, fromState: "exempt", toState: "fail", at: new Date() }]);
  const after = await moment();
  const states = [];
  for (const at of [before, during, after]) states.push(await stateAt(at, hostId, id));
  expect(states).toEqual(["fail", "exempt", "fail"]);
  expect((await policyAt(during, id)).exempt_host_count).toBe(1);
  await countsAt(during, id);
});

test("where labels decide and were not kept yet, hosts that had not answered are nobody's pending", async () => {
  const began = eq(settings.name, "fullHistoryBegan");
  const [full] = await db.select().from(settings).where(began);
  await db.delete(settings).where(began);
  const id = await insertPolicy({ name: "For a label" });
  const hostId = await insertHost({ createdAt: new Date() });
  await db
    .update(policyVersions)
    .set({ fields: { query: "SELECT 1", platform: "", labelScope: { includeAny: [1] } } })
    .where(eq(policyVersions.policyId, id));
  await answer(hostId, id, "pass", { at: new Date() });
  expect(await countsAt(await moment(), id)).toBe("1/0/0/0/0/0");
  await deletePolicies(SYSTEM, null, [id]);
  if (full) await db.insert(settings).values(full);
});

test("an answer that was told late, though older than its staleness, is what holds", async () => {
  const id = await insertPolicy({ name: "Told late" });
  const hostId = await insertHost({ createdAt: new Date(Date.now() - 1_000) });
  const at = (agoMs: number) => new Date(Date.now() - agoMs);
  const change = { hostId, policyId: id, revision: 1 };
  await db.insert(policyTransitions).values([
    { ...change, fromState: "fail", toState: "stale", at: at(10) },
    { ...change, fromState: "stale", toState: "pass", at: at(20) },
  ]);
  expect(await stateAt(await moment(), hostId, id)).toBe("pass");
  await countsAt(await moment(), id);
});

test("a moment that nobody knows about is refused, and the answer says how far one can look", async () => {
  const ask = async (asOf: string) => {
    const { status, body } = await request(listPoliciesThen, { token, query: { as_of: asOf } });
    return `${status} ${body.errors?.[0]?.reason}`;
  };
  expect(await ask("yesterday")).toMatch(/^400 as_of must be a moment in RFC 3339/);
  expect(await ask("2090-01-01T00:00:00Z")).toMatch(/^400 as_of is in the future/);
  expect(await ask(beforeHistory.toISOString())).toMatch(/^400 as_of is before history began/);
  const longAgo = new Date(Date.now() - 900 * 86_400_000);
  const began = eq(settings.name, "historyBegan");
  await db.update(settings).set({ value: longAgo.toISOString() }).where(began);
  const tooOld = new Date(Date.now() - 401 * 86_400_000).toISOString();
  expect(await ask(tooOld)).toMatch(/^400 as_of is too long ago: history is kept for 400 days/);
  expect(await ask(new Date(Date.now() - 399 * 86_400_000).toISOString())).toMatch(/^200/);
  expect(await ask("2026-01-01T00:00:00 02:00")).toMatch(/^(200|400 as_of is too long ago)/);
});

test("a host's version is written only when something about it differs", async () => {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  const hostId = await hostIdOf(host.identifier);
  const versions = () =>
    db
      .select()
      .from(hostVersions)
      .where(and(eq(hostVersions.hostId, hostId)));
  const before = (await versions()).length;
  const details = (name: string) =>
    host.post("distributed/write", {
      queries: { fleet_detail_query_system_info: [{ hostname: name, computer_name: name }] },
      statuses: { fleet_detail_query_system_info: 0 },
      messages: {},
    });
  await details("first");
  await details("first");
  await details("second");
  expect((await versions()).length - before).toBe(2);
  const open = (await versions()).filter(({ endedAt }) => endedAt === null);
  expect(open).toMatchObject([{ displayName: "second" }]);
});

async function policiesAt(at: Date, query: Record<string, string | number>): Promise<number[]> {
  const asOf = { as_of: at.toISOString(), per_page: 50, without_counts: "true", ...query };
  const { status, body } = await request(listPoliciesThen, { token, query: asOf });
  expect(status).toBe(200);
  expect(body.count).toBe(body.policies.length);
  return body.policies.map(({ id }: { id: number }) => id).sort();
}

test("policies are found by the tags and frameworks that they had then, and not by those of now", async () => {
  const tags = ["as of", "as-of-v8:3.6"];
  const kept = await insertPolicy({ tags });
  const changed = await insertPolicy({ tags: ["as of too", "as-of-v8:4.1"] });
  await insertPolicy({ tags: ["as of others", "as-of-v80:3.6"] });
  const then = await moment();
  await edit(changed, { tags: ["as of"] });
  const later = await moment();
  await edit(kept, { tags: [] });
  expect(await policiesAt(then, { tag: "as of" })).toEqual([kept]);
  expect(await policiesAt(then, { tag: "as of,as of too" })).toEqual([kept, changed]);
  expect(await policiesAt(then, { framework: "as-of-v8" })).toEqual([kept, changed]);
  expect(await policiesAt(then, { framework: "as-of-v_" })).toEqual([]);
  expect(await policiesAt(later, { tag: "as of" })).toEqual([kept, changed]);
  expect(await policiesAt(later, { framework: "as-of-v8" })).toEqual([kept]);
  expect(await policiesAt(await moment(), { framework: "as-of-v8" })).toEqual([]);
});

import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as listHosts } from "#app/api/v1/fleet/hosts/route.ts";
import { GET as getTimeline } from "#app/api/v1/muster/hosts/[id]/timeline/route.ts";
import { GET as getCost } from "#app/api/v1/muster/policies/[id]/cost/route.ts";
import { GET as getErrors } from "#app/api/v1/muster/policies/[id]/errors/route.ts";
import { GET as getFlapping } from "#app/api/v1/muster/policies/[id]/flapping/route.ts";
import { GET as getCounts } from "#app/api/v1/muster/policies/[id]/history/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { labelMembership, labels } from "#db/schema/labels.ts";
import { policies, policyCosts, policyCounts, policyTransitions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption, endExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestAgents, TestHost } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { runJob } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, unique } from "#lib/testing/world.ts";
import { recordCounts } from "#lib/worker/record-counts.ts";
import { costBucket, costQuantile } from "./cost-buckets.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = world.admin;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ago = (ms: number) => new Date(Date.now() - ms);

const ask = async (handler: typeof getCounts, id: number, query = {}, as = token) => {
  const { status, body } = await request(handler, { token: as, params: { id }, query });
  expect(status).toBe(200);
  return body;
};

const ofTeam = { params: async (teamId: number) => ({ id: await insertPolicy({}, teamId) }) };
accessTable({
  "GET /muster/policies/{id}/history": [
    getCounts,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: await ofTeam.params(w.teamId) }),
  ],
  "GET /muster/policies/{id}/flapping": [
    getFlapping,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: await ofTeam.params(w.teamId) }),
  ],
  "GET /muster/policies/{id}/errors": [
    getErrors,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: await ofTeam.params(w.teamId) }),
  ],
  "GET /muster/policies/{id}/cost": [
    getCost,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: await ofTeam.params(w.teamId) }),
  ],
  "GET /muster/policies/{id}/cost of a policy of all teams": [
    getCost,
    [200, 200, 200, 403, 403, 401],
    async () => ({ params: { id: await insertPolicy() } }),
  ],
  "GET /muster/hosts/{id}/timeline": [
    getTimeline,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertHost({ teamId: w.teamId }) } }),
  ],
});

test("counts over time are what was counted then, end now, and say where the SQL changed", async () => {
  const teamId = await insertTeam();
  const id = await insertPolicy({ query: "SELECT 1" });
  const [here, there] = [await insertHost({ teamId }), await insertHost()];
  await answer(here, id, "pass");
  await answer(there, id, "fail");
  await insertHost({ teamId });
  await runJob(recordCounts());
  const all = await ask(getCounts, id, { range: "day" });
  expect(all.points).toHaveLength(2);
  expect(all.points[0]).toMatchObject({ passing: 1, failing: 1 });
  const { at: _, ...counted } = all.points[0];
  expect(all.points[1]).toMatchObject(counted);
  const team = await ask(getCounts, id, { range: "day", team_id: teamId });
  expect(team.points[0]).toMatchObject({ passing: 1, failing: 0, pending: 1 });

  await modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse({ description: "Same SQL" }));
  await modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse({ query: "SELECT 2" }));
  await runJob(recordCounts());
  const edited = await ask(getCounts, id, { range: "day" });
  expect(edited.query_changes).toMatchObject([{ revision: 2 }]);
  expect(edited.points.at(-1)).toMatchObject({ passing: 0, failing: 0 });
});

test("counts are thinned out to hours after two days, to days after sixty, and end at the limit", async () => {
  const id = await insertPolicy();
  await updateSettings(SYSTEM, { historyDays: 90 });
  const hourMs = 60 * MINUTE_MS;
  const yesterdayMs = Date.now() - DAY_MS;
  const day = (days: number) => Math.floor((Date.now() - days * DAY_MS) / DAY_MS) * DAY_MS;
  const row = { policyId: id, teamId: 0, passing: 1 };
  const steps = [0, 15, 30, 45].map((minutes) => minutes * MINUTE_MS);
  const at = (days: number) =>
    [0, hourMs].flatMap((hour) => steps.map((step) => new Date(day(days) + hour + step)));
  const recent = steps.map((step) => new Date(yesterdayMs + step));
  const all = [...recent, ...at(10), ...at(70), ...at(95)];
  await db.insert(policyCounts).values(all.map((one) => ({ ...row, at: one })));
  await runJob(recordCounts());
  const rows = await db.select().from(policyCounts).where(eq(policyCounts.policyId, id));
  const kept = (from: number, to: number) =>
    rows.filter((one) => one.at.getTime() >= from && one.at.getTime() < to).length;
  expect(kept(yesterdayMs - 1, yesterdayMs + hourMs)).toBe(4);
  expect(kept(day(10), day(9))).toBe(2);
  expect(kept(day(70), day(69))).toBe(1);
  expect(kept(day(95), day(94))).toBe(0);
  await updateSettings(SYSTEM, { historyDays: 400 });
});

test("hosts that change more often than the setting says flap, on the policy and on the host", async () => {
  const id = await insertPolicy();
  const [flaps, steady] = [await insertHost(), await insertHost()];
  for (let n = 6; n > 0; n--) {
    await answer(flaps, id, n % 2 ? "fail" : "pass", { at: ago(n * MINUTE_MS) });
  }
  await answer(steady, id, "pass", { at: ago(2 * DAY_MS) });
  await answer(steady, id, "fail", { at: ago(MINUTE_MS) });
  expect(await ask(getFlapping, id)).toMatchObject({
    changes_allowed: 4,
    count: 1,
    hosts: [{ id: flaps, changes: 5 }],
  });
  expect((await ask(getTimeline, flaps)).flapping).toEqual([{ policy_id: id, changes: 5 }]);
  expect((await ask(getTimeline, steady)).flapping).toEqual([]);
  await updateSettings(SYSTEM, { flappingChanges: 5 });
  expect((await ask(getFlapping, id)).count).toBe(0);
  await updateSettings(SYSTEM, { flappingChanges: 4 });
});

test("a list by policy marks the hosts that flap on it and no others, and other lists mark none", async () => {
  const teamId = await insertTeam();
  const [id, other] = [await insertPolicy(), await insertPolicy()];
  const [flaps, elsewhere, steady] = [
    await insertHost({ teamId }),
    await insertHost({ teamId }),
    await insertHost({ teamId }),
  ];
  for (let n = 7; n > 0; n--) {
    const [state, at] = [n % 2 ? "fail" : "pass", ago(n * MINUTE_MS)] as const;
    await answer(flaps, id, state, { at });
    await answer(elsewhere, other, state, { at });
  }
  await answer(elsewhere, id, "fail");
  await answer(steady, id, "fail");
  const marks = async (query: object) => {
    const { body } = await request(listHosts, { token, query: { team_id: teamId, ...query } });
    return body.hosts.map((host: { flapping_changes?: number }) => host.flapping_changes);
  };
  expect(await marks({ policy_id: id, policy_state: "fail" })).toEqual([6, null, null]);
  expect(await marks({ policy_id: other, policy_state: "fail" })).toEqual([6]);
  expect(await marks({})).toEqual([undefined, undefined, undefined]);
  await updateSettings(SYSTEM, { flappingChanges: 6 });
  expect(await marks({ policy_id: id, policy_state: "fail" })).toEqual([null, null, null]);
  await updateSettings(SYSTEM, { flappingChanges: 4 });
});

test("a host flaps as well if it errs or is stale between pass and fail, and not if it only errs", async () => {
  const id = await insertPolicy();
  const changes = async (states: string[], revisionOf: (n: number) => number = () => 1) => {
    const hostId = await insertHost();
    const rows = states.map((toState, n) => ({
      ...{ policyId: id, hostId, revision: revisionOf(n), toState },
      ...{ fromState: states[n - 1] ?? "pending", at: ago((states.length - n) * MINUTE_MS) },
    }));
    await db.insert(policyTransitions).values(rows);
    return hostId;
  };
  const turns = ["pass", "error", "fail", "error"];
  const flaps = await changes([...turns, "pass", "stale", "error", "fail", ...turns]);
  const errs = await changes([...turns, "fail", "error", "fail", "stale", "fail", "error", "fail"]);
  const edited = await changes([...turns, ...turns, ...turns], (n) => Math.floor(n / 2));
  await updateSettings(SYSTEM, { flappingChanges: 1 });
  expect(await ask(getFlapping, id)).toMatchObject({
    count: 1,
    hosts: [{ id: flaps, changes: 5 }],
  });
  expect((await ask(getTimeline, flaps)).flapping).toEqual([{ policy_id: id, changes: 5 }]);
  expect((await ask(getTimeline, errs)).flapping).toEqual([]);
  expect((await ask(getTimeline, edited)).flapping).toEqual([]);
  await updateSettings(SYSTEM, { flappingChanges: 4 });
});

test("hosts that flap are in pages, and none is left out", async () => {
  const id = await insertPolicy();
  const ids: number[] = [];
  for (let n = 0; n < 101; n++) ids.push(await insertHost());
  await db.insert(policyTransitions).values(
    ids.flatMap((hostId) =>
      [1, 2, 3, 4, 5].map((n) => ({
        ...{ policyId: id, hostId, revision: 1, at: ago(n * MINUTE_MS) },
        ...(n % 2
          ? { fromState: "pass" as const, toState: "fail" as const }
          : { fromState: "fail" as const, toState: "pass" as const }),
      })),
    ),
  );
  const [first, second] = [await ask(getFlapping, id), await ask(getFlapping, id, { page: 1 })];
  const listed = [...first.hosts, ...second.hosts].map((host: { id: number }) => host.id);
  expect([first.hosts.length, second.hosts.length]).toEqual([100, 1]);
  expect(new Set(listed)).toEqual(new Set(ids));
  expect([first.meta.has_next_results, second.meta.has_next_results]).toEqual([true, false]);
  const behind = await ask(getFlapping, id, { page: 2 });
  expect(behind).toMatchObject({ count: first.count, hosts: [] });
});

test("of hosts of another team nothing is told: no name, no error, no count", async () => {
  const { teamId, otherTeamId, teamObserver } = world;
  const id = await insertPolicy();
  const troubled = async (team: number) => {
    const flaps = await insertHost({ teamId: team });
    for (let n = 7; n > 0; n--) {
      await answer(flaps, id, n % 2 ? "fail" : "pass", { at: ago(n * MINUTE_MS) });
    }
    const [errs, denied] = [await insertHost({ teamId: team }), await insertHost({ teamId: team })];
    await answer(errs, id, "error", { error: `no such table: of_${team}` });
    await answer(denied, id, "error", { error: "distributed query is denylisted" });
    return { flaps, errs, denied };
  };
  const here = await troubled(teamId);
  await troubled(otherTeamId);
  await troubled(otherTeamId);
  await runJob(recordCounts());

  const asked = [
    { query: {}, as: teamObserver.token },
    { query: { team_id: teamId }, as: teamObserver.token },
    { query: { team_id: teamId }, as: token },
  ];
  for (const { query, as } of asked) {
    const flapping = await ask(getFlapping, id, query, as);
    expect(flapping).toMatchObject({ count: 1, hosts: [{ id: here.flaps }] });
    const errors = await ask(getErrors, id, query, as);
    const groups = errors.groups.map((group: { message: string; hosts: { id: number }[] }) => [
      group.message,
      group.hosts.map((host) => host.id),
    ]);
    expect(Object.fromEntries(groups)).toEqual({
      [`no such table: of_${teamId}`]: [here.errs],
      "distributed query is denylisted": [here.denied],
    });
    expect(errors).toMatchObject({
      groups: [{ host_count: 1 }, { host_count: 1 }],
      groups_count: 2,
      denylisted_count: 1,
      denylisted: [{ id: here.denied }],
    });
    const { points } = await ask(getCounts, id, { range: "day", ...query }, as);
    expect(points).toHaveLength(2);
    for (const point of points) expect(point).toMatchObject({ failing: 1, passing: 0, error: 2 });
  }
  for (const handler of [getFlapping, getErrors, getCounts]) {
    const query = { team_id: otherTeamId };
    const { status } = await request(handler, { token: teamObserver.token, params: { id }, query });
    expect(status).toBe(403);
  }
  expect((await ask(getFlapping, id)).count).toBe(3);
});

test("errors are grouped by message and osquery's version; denylisted hosts stand apart", async () => {
  const id = await insertPolicy();
  const erring = async (error: string, osqueryVersion: string) => {
    const hostId = await insertHost();
    await db.update(hosts).set({ osqueryVersion }).where(eq(hosts.id, hostId));
    await answer(hostId, id, "error", { error });
    return hostId;
  };
  const first = await erring("no such table: x", "5.22.1");
  const second = await erring("no such table: x", "5.22.1");
  await erring("no such table: x", "5.23.0");
  const denied = await erring("distributed query is denylisted", "5.23.0");
  const errors = await ask(getErrors, id);
  expect(errors.groups[0]).toMatchObject({
    message: "no such table: x",
    osquery_version: "5.22.1",
    host_count: 2,
    hosts: [{ id: first }, { id: second }],
  });
  expect(errors.groups_count).toBe(3);
  expect(errors).toMatchObject({ denylisted_count: 1, denylisted: [{ id: denied }] });
});

test("a host's timeline is in pages, newest first, and says since when it fails", async () => {
  const id = await insertPolicy();
  const hostId = await insertHost({ createdAt: ago(DAY_MS) });
  const failed = ago(3 * MINUTE_MS);
  await answer(hostId, id, "pass", { at: ago(4 * MINUTE_MS) });
  await answer(hostId, id, "fail", { at: failed });
  await answer(hostId, id, "error", { at: ago(2 * MINUTE_MS), error: "busy" });
  await answer(hostId, id, "fail", { at: ago(MINUTE_MS) });
  const page = await ask(getTimeline, hostId, { policy_id: id, per_page: 3 });
  const steps = page.changes.map(
    (change: { from_state: string; to_state: string }) => `${change.from_state}>${change.to_state}`,
  );
  expect(steps).toEqual(["error>fail", "fail>error", "pass>fail"]);
  expect(page.changes[1].error).toBe("busy");
  expect(page.meta).toEqual({ has_next_results: true, has_previous_results: false });
  expect(page.failing).toEqual([{ policy_id: id, since: failed.toISOString() }]);
});

test("who is exempt fails nothing, and afterwards since the exemption ended", async () => {
  const id = await insertPolicy();
  const hostId = await insertHost({ createdAt: ago(DAY_MS) });
  await answer(hostId, id, "fail", { at: ago(3 * MINUTE_MS) });
  const failing = async () => (await ask(getTimeline, hostId, { policy_id: id })).failing;
  expect(await failing()).toHaveLength(1);
  const expires_at = new Date(Date.now() + DAY_MS).toISOString();
  const body = { policy_id: id, host_id: hostId, reason: "Old.", expires_at };
  const exemption = await createExemption(SYSTEM, createExemptionBody.parse(body));
  expect(await failing()).toEqual([]);
  const before = Date.now();
  await endExemption(SYSTEM, exemption.id);
  const [again] = await failing();
  expect(Date.parse(again.since)).toBeGreaterThan(before - MINUTE_MS);
});

test("what agents say a run cost is added up by revision, and survives odd values", async () => {
  const id = await insertPolicy({ query: "SELECT 1" });
  const agents = await new TestAgents().start();
  const host = new TestHost(agents);
  const name = `fleet_policy_query_${id}`;
  const tell = async (stats: unknown) => {
    const names = Object.keys(await host.read());
    const ok = Object.fromEntries(names.map((one) => [one, 0]));
    const queries = Object.fromEntries(names.map((one) => [one, []]));
    return host.post("distributed/write", { queries, statuses: ok, messages: {}, stats });
  };
  await host.enroll();
  await tell({ [name]: { wall_time_ms: 100, memory: 4_194_304 } });
  await modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse({ query: "SELECT 2" }));
  await agents.app.refresh();
  await tell({ [name]: { wall_time_ms: "7", memory: -1, user_time: {} }, [`${name}0`]: 3 });
  await agents.stop();
  const { revisions } = await ask(getCost, id);
  expect(revisions).toMatchObject([
    { revision: 2, runs: 1, memory_bytes: null },
    { revision: 1, runs: 1 },
  ]);
  expect(Math.abs(revisions[1].wall_time_ms.p95 - 100)).toBeLessThan(10);
  expect(Math.abs(revisions[1].memory_bytes.p50 / 4_194_304 - 1)).toBeLessThan(0.1);
  const rows = await db.select().from(policyCosts).where(eq(policyCosts.policyId, id));
  expect(rows).toHaveLength(3);
});

test("a quantile from buckets is within a tenth of the true one", () => {
  const values = Array.from({ length: 1_000 }, (_, index) => (index + 1) * 7);
  const runs = new Map<number, number>();
  for (const value of values) runs.set(costBucket(value), (runs.get(costBucket(value)) ?? 0) + 1);
  const buckets = [...runs].map(([bucket, count]) => ({ bucket, runs: count }));
  for (const share of [0.5, 0.95]) {
    const is = costQuantile(buckets, share) ?? 0;
    expect(Math.abs(is / (7_000 * share) - 1)).toBeLessThan(0.1);
  }
  expect(costQuantile([], 0.5)).toBeUndefined();
});

test("where labels decide, those of the label that have not answered are pending in the chart", async () => {
  const teamId = await insertTeam();
  const members = [await insertHost({ teamId }), await insertHost({ teamId })];
  await insertHost({ teamId });
  const at = new Date();
  const [label] = await db.insert(labels).values({
    name: unique("Label"),
    description: "",
    query: "",
    membershipType: "manual",
    createdAt: at,
    updatedAt: at,
  });
  const labelId = label.insertId;
  await db
    .insert(labelMembership)
    .values(members.map((hostId) => ({ labelId, hostId, isMember: true, since: at })));
  const id = await insertPolicy({}, teamId);
  await db
    .update(policies)
    .set({ labelScope: { includeAny: [labelId] } })
    .where(eq(policies.id, id));
  await runJob(recordCounts());
  const { points } = await ask(getCounts, id, { range: "day" });
  expect(points.map((point: { pending: number }) => point.pending)).toEqual([2, 2]);
});

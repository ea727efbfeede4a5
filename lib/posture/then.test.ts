import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as listPoliciesThen } from "#app/api/v1/muster/as-of/policies/route.ts";
import { GET as getPostureThen } from "#app/api/v1/muster/as-of/posture/route.ts";
import { GET as getPostureNow } from "#app/api/v1/muster/posture/route.ts";
import { hostVerdicts } from "#db/schema/hosts.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption } from "#lib/exemptions/exemptions.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { setPaused } from "#lib/policies/actions.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { settle } from "#lib/testing/jobs.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();
const beforeHistory = await moment();
await startHistory();
const { token } = world.admin;

accessTable({
  "GET /muster/as-of/posture": [
    getPostureThen,
    [200, 200, 200, 200, 200, 401],
    async () => ({ query: { as_of: (await moment()).toISOString() } }),
  ],
  "GET /muster/as-of/posture?team_id": [
    getPostureThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ query: { as_of: (await moment()).toISOString(), team_id: w.teamId } }),
  ],
  "GET /muster/as-of/posture of hosts in no team": [
    getPostureThen,
    [200, 200, 200, 403, 403, 401],
    async () => ({ query: { as_of: (await moment()).toISOString(), team_id: 0 } }),
  ],
});

type Given = Record<string, string | number>;
type Worst = { id: number; passing: number; failing: number };

async function asked(at: Date, query: Given, who = token) {
  const asOf = { as_of: at.toISOString(), ...query };
  const { status, body } = await request(getPostureThen, { token: who, query: asOf });
  expect(status).toBe(200);
  return body;
}

/** Page after page, added up as who reads the API does. */
async function postureAt(at: Date, query: Given = {}, who = token) {
  const first = await asked(at, query, who);
  const answers: Record<string, number> = { ...first.answers };
  const worst: Worst[] = [...first.worst_policies];
  let page = first;
  for (let n = 1; page.meta.has_next_results; n++) {
    page = await asked(at, { ...query, page: n }, who);
    for (const state of Object.keys(answers)) answers[state] += page.answers[state];
    worst.push(...page.worst_policies);
  }
  return { ...first, answers, worst };
}

const STATES = {
  passing: "pass",
  failing: "fail",
  erroring: "error",
  stale: "stale",
  exempt: "exempt",
  pending: "pending",
};

/** Every number must be the length of the list that it leads to. */
async function agreedPosture(at: Date, query: Given = {}, who = token) {
  const posture = await postureAt(at, query, who);
  const asOf = { as_of: at.toISOString(), ...query };
  const hosts = async (filter: Given) => {
    const sent = { token: who, query: { ...asOf, ...filter } };
    return (await request(listHostsThen, sent)).body.count;
  };
  const list = await request(listPoliciesThen, {
    token: who,
    query: { ...asOf, without_counts: "true", per_page: 50 },
  });
  expect(posture.policies_count).toBe(list.body.policies.length);
  expect(posture.hosts_count).toBe(await hosts({}));
  for (const verdict of ["pass", "fail", "unknown"]) {
    expect(posture.verdicts[verdict]).toBe(await hosts({ verdict }));
  }
  for (const [name, policy_state] of Object.entries(STATES)) {
    let count = 0;
    for (const { id } of list.body.policies) count += await hosts({ policy_id: id, policy_state });
    expect([name, posture.answers[name]]).toEqual([name, count]);
  }
  for (const { id, failing } of posture.worst) {
    expect(failing).toBe(await hosts({ policy_id: id, policy_state: "fail" }));
  }
  return posture;
}

async function enrolled(teamId: number) {
  const host = new TestHost(agents);
  await host.enroll(teamId);
  return { host, id: await hostIdOf(host.identifier) };
}

test("edits, exemptions, pauses, moves and deletions since change nothing of a past dashboard, and each count is its list's", async () => {
  const [teamId, otherTeamId] = [await insertTeam(), await insertTeam()];
  const disk = await insertPolicy({ critical: true }, teamId);
  const fire = await insertPolicy({}, teamId);
  await agents.app.refresh();
  const [a, b, c] = [await enrolled(teamId), await enrolled(teamId), await enrolled(teamId)];
  await a.host.checkIn({ [disk]: 0, [fire]: 1 });
  await b.host.checkIn({ [disk]: 1, [fire]: 1 });
  const answered = await moment();
  const patch = modifyPolicyBody.parse({ query: "SELECT 2" });
  await modifyPolicy(SYSTEM, teamId, disk, patch);
  const edited = await moment();
  await createExemption(SYSTEM, {
    policy_id: fire,
    host_id: a.id,
    reason: "a lab machine",
    expires_at: new Date(Date.now() + 86_400_000),
  });
  const exempted = await moment();
  await setPaused(SYSTEM, fire, true, "");
  const paused = await moment();
  await transferHosts(SYSTEM, otherTeamId, [b.id]);
  const moved = await moment();
  await deleteHosts(SYSTEM, [c.id]);
  const hostGone = await moment();
  await deletePolicies(SYSTEM, teamId, [disk]);
  const policyGone = await moment();

  const line = async (at: Date) => {
    const posture = await agreedPosture(at, { team_id: teamId });
    const { passing, failing, exempt, pending } = posture.answers;
    const [hosts, policies] = [posture.hosts_count, posture.policies_count];
    return `${hosts} hosts, ${policies} policies: ${passing}/${failing}/${exempt}/${pending}`;
  };
  const lines = [];
  for (const at of [answered, edited, exempted, paused, moved, hostGone, policyGone]) {
    lines.push(await line(at));
  }
  expect(lines).toEqual([
    "3 hosts, 2 policies: 3/1/0/2",
    "3 hosts, 2 policies: 2/0/0/4",
    "3 hosts, 2 policies: 1/0/1/4",
    "3 hosts, 2 policies: 1/0/1/4",
    "2 hosts, 2 policies: 0/0/1/3",
    "1 hosts, 2 policies: 0/0/1/1",
    "1 hosts, 1 policies: 0/0/1/0",
  ]);
  const { verdicts, worst, platforms } = await postureAt(answered, { team_id: teamId });
  expect(verdicts).toEqual({ pass: 1, fail: 1, unknown: 1, not_kept: 0 });
  expect(worst).toMatchObject([{ id: disk, critical: true, passing: 1, failing: 1 }]);
  expect(platforms).toEqual([{ platform: "darwin", hosts_count: 3 }]);
});

test("a person sees the hosts, answers and worst policies of teams as they were then, and nobody else's", async () => {
  const everywhere = await insertPolicy();
  const theirs = await insertPolicy({}, world.otherTeamId);
  const id = await insertHost({ teamId: world.teamId, createdAt: new Date() });
  await answer(id, everywhere, "fail", { at: new Date() });
  const inTeam = await moment();
  await transferHosts(SYSTEM, world.otherTeamId, [id]);
  const moved = await moment();
  const seen = async (at: Date, who: string) => {
    const { hosts_count, policies_count, worst } = await agreedPosture(at, {}, who);
    expect(worst.map((one: Worst) => one.id)).not.toContain(theirs);
    const failing = worst.find((one: Worst) => one.id === everywhere)?.failing ?? 0;
    return `${hosts_count} ${policies_count} ${failing}`;
  };
  const both = [world.teamAdmin.token, world.otherTeamAdmin.token];
  expect(await Promise.all(both.map((who) => seen(inTeam, who)))).toEqual(["1 1 1", "0 2 0"]);
  expect(await Promise.all(both.map((who) => seen(moved, who)))).toEqual(["0 1 0", "1 2 1"]);
  await deletePolicies(SYSTEM, null, [everywhere]);
});

test("of this very moment it says what the dashboard of now says, worst policies first alike", async () => {
  const teamId = await insertTeam();
  const hosts = [];
  for (const platform of ["windows", "ubuntu", "rhel"] as const) {
    hosts.push(await insertHost({ teamId, platform, createdAt: new Date() }));
  }
  const states = ["fail", "fail pass", "fail fail pass", "pass", "fail error stale", "fail fail"];
  for (const [n, given] of states.entries()) {
    const policy = await insertPolicy({ critical: n === 4 }, teamId);
    for (const [host, state] of given.split(" ").entries()) {
      await answer(hosts[host] as number, policy, state as "pass", { at: new Date() });
    }
  }
  const query = { team_id: teamId };
  const { body: now } = await request(getPostureNow, { token, query });
  const then = await agreedPosture(await moment(), query);
  expect(then).toMatchObject({ policies_count: now.policies_count, answers: now.answers });
  expect(then.worst).toEqual(
    now.worst_policies.map(({ team_name: _, ...one }: { team_name: string }) => one),
  );
  expect(now.worst_policies).toHaveLength(5);
  expect(then.platforms).toEqual([
    { platform: "linux", hosts_count: 2 },
    { platform: "windows", hosts_count: 1 },
  ]);
});

test("a request counts ten policies at most, and pages add up to all of them", async () => {
  const teamId = await insertTeam();
  const host = await insertHost({ teamId, createdAt: new Date() });
  for (let n = 0; n < 12; n++) {
    await answer(host, await insertPolicy({}, teamId), "pass", { at: new Date() });
  }
  const at = await moment();
  const passing = async (query: Given) =>
    (await asked(at, { team_id: teamId, ...query })).answers.passing;
  expect(await passing({ per_page: 50 })).toBe(10);
  expect(await passing({ page: 1 })).toBe(2);
  expect(await passing({ page: 2 })).toBe(0);
  for (const per_page of [3, 4, 5]) {
    const { answers } = await postureAt(at, { team_id: teamId, per_page });
    expect(answers.passing).toBe(12);
  }
  const uncounted = await asked(at, { team_id: teamId, without_counts: "true" });
  expect(uncounted).toMatchObject({ hosts_count: 1, policies_count: 12 });
  expect(uncounted).not.toHaveProperty("answers");
  expect(uncounted).not.toHaveProperty("worst_policies");
});

test("a verdict that nobody wrote down is told apart from an unknown one, and none are guessed from before they were kept", async () => {
  const teamId = await insertTeam();
  await insertHost({ teamId });
  const unwritten = await insertHost({ teamId });
  await settle();
  await db.delete(hostVerdicts).where(eq(hostVerdicts.hostId, unwritten));
  const at = await moment();
  const verdicts = async () => (await asked(at, { team_id: teamId })).verdicts;
  expect(await verdicts()).toEqual({ pass: 1, fail: 0, unknown: 0, not_kept: 1 });
  const began = eq(settings.name, "fullHistoryBegan");
  const [full] = await db.select().from(settings).where(began);
  await db.delete(settings).where(began);
  expect(await verdicts()).toBeNull();
  if (full) await db.insert(settings).values(full);
});

test("a moment that nobody knows about is refused", async () => {
  for (const [as_of, reason] of [
    [beforeHistory.toISOString(), /^as_of is before history began/],
    ["2090-01-01T00:00:00Z", /^as_of is in the future/],
    ["yesterday", /^as_of must be a moment/],
  ] as const) {
    const { status, body } = await request(getPostureThen, { token, query: { as_of } });
    expect(status).toBe(400);
    expect(body.errors[0].reason).toMatch(reason);
  }
});

import { eq } from "drizzle-orm";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { GET as getHostThen } from "#app/api/v1/muster/as-of/hosts/[id]/route.ts";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as exportEvidence } from "#app/api/v1/muster/evidence/route.ts";
import { GET as listVerdicts } from "#app/api/v1/muster/hosts/[id]/verdicts/route.ts";
import { hosts, hostVerdicts } from "#db/schema/hosts.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { settle } from "#lib/testing/jobs.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();
const { token } = world.admin;
await startHistory();

accessTable({
  "GET /muster/hosts/{id}/verdicts of a team": [
    listVerdicts,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ params: { id: await insertHost({ teamId: w.teamId }) } }),
  ],
});

const verdictAt = async (at: Date, id: number) => {
  const query = { as_of: at.toISOString() };
  const { body } = await request(getHostThen, { token, params: { id }, query });
  return body.host?.verdict;
};

/** Which hosts had a verdict; the count must be theirs. */
async function hostsWith(
  verdict: string,
  at: Date,
  query: Record<string, number> = {},
  who = token,
) {
  const asOf = { as_of: at.toISOString(), per_page: 200, verdict, ...query };
  const { status, body } = await request(listHostsThen, { token: who, query: asOf });
  expect(status).toBe(200);
  expect(body.count).toBe(body.hosts.length);
  for (const host of body.hosts) expect(host.verdict).toBe(verdict);
  return body.hosts.map(({ id }: { id: number }) => id);
}

const timelineOf = async (id: number) => {
  const { body } = await request(listVerdicts, { token, params: { id } });
  const { verdicts } = body as { verdicts: { verdict: string; from: string; until: string }[] };
  // Each goes on where the one before it ended.
  expect(verdicts.slice(0, -1).map(({ from }) => from)).toEqual(
    verdicts.slice(1).map(({ until }) => until),
  );
  return verdicts.map(({ verdict }) => verdict).join(" < ");
};

async function enrolled(teamId: number) {
  const host = new TestHost(agents);
  await host.enroll(teamId);
  return { host, id: await hostIdOf(host.identifier) };
}

/** Says again how it stands on policies that it was asked before. */
async function tell(host: TestHost, answers: Record<number, 0 | 1>): Promise<void> {
  const given = Object.entries(answers).map(([id, rows]) => {
    return [`fleet_policy_query_${id}`, rows ? [{ 1: "1" }] : []] as const;
  });
  const queries = Object.fromEntries(given);
  const statuses = Object.fromEntries(given.map(([name]) => [name, 0]));
  await host.post("distributed/write", { queries, statuses, messages: {} });
}

test("a host's verdict is what it was at each moment, by page, list, count and timeline", async () => {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({ critical: true }, teamId);
  await agents.app.refresh();
  const before = await moment();
  const { host, id } = await enrolled(teamId);
  const open = await moment();
  await host.checkIn({ [policyId]: 1 });
  const passed = await moment();
  await tell(host, { [policyId]: 1 });
  await tell(host, { [policyId]: 0 });
  const failed = await moment();

  expect(await verdictAt(before, id)).toBeUndefined();
  expect(await verdictAt(open, id)).toBe("unknown");
  expect(await verdictAt(passed, id)).toBe("pass");
  expect(await verdictAt(failed, id)).toBe("fail");
  for (const [at, expected] of [
    [open, "unknown"],
    [passed, "pass"],
    [failed, "fail"],
  ] as const) {
    for (const verdict of ["pass", "fail", "unknown"]) {
      const found = await hostsWith(verdict, at, { team_id: teamId });
      expect(found).toEqual(verdict === expected ? [id] : []);
    }
  }
  expect(await timelineOf(id)).toBe("fail < pass < unknown");
});

test("a confirmation writes no history of the verdict, nor does a count of failing policies alone", async () => {
  const teamId = await insertTeam();
  const first = await insertPolicy({ critical: true }, teamId);
  const second = await insertPolicy({ critical: true }, teamId);
  await agents.app.refresh();
  const { host, id } = await enrolled(teamId);
  await host.checkIn({ [first]: 0, [second]: 1 });
  const rows = async () =>
    (await db.select().from(hostVerdicts).where(eq(hostVerdicts.hostId, id))).length;
  const count = await rows();
  await tell(host, { [first]: 0, [second]: 1 });
  await tell(host, { [first]: 0, [second]: 0 });
  const [row] = await db.select().from(hosts).where(eq(hosts.id, id));
  expect(row?.failingPoliciesCount).toBe(2);
  expect(await rows()).toBe(count);
});

test("what an edit does to verdicts is history once the worker has judged again", async () => {
  const teamId = await insertTeam();
  const id = await insertHost({ teamId });
  await settle();
  const before = await moment();
  await insertPolicy({ critical: true }, teamId);
  await settle();
  const after = await moment();
  expect([await verdictAt(before, id), await verdictAt(after, id)]).toEqual(["pass", "unknown"]);
});

test("a deleted host has the verdict that it had until it was deleted", async () => {
  const teamId = await insertTeam();
  const id = await insertHost({ teamId });
  await settle();
  const there = await moment();
  await deleteHosts(SYSTEM, [id]);
  const gone = await moment();
  expect(await hostsWith("pass", there, { team_id: teamId })).toEqual([id]);
  expect(await hostsWith("pass", gone, { team_id: teamId })).toEqual([]);
});

test("who sees a host by its verdict goes by the team that it was in then", async () => {
  const id = await insertHost({ teamId: world.teamId });
  await settle();
  const inTeam = await moment();
  await transferHosts(SYSTEM, world.otherTeamId, [id]);
  const moved = await moment();
  const { token: mine } = world.teamAdmin;
  const { token: theirs } = world.otherTeamAdmin;
  expect(await hostsWith("pass", inTeam, {}, mine)).toContain(id);
  expect(await hostsWith("pass", moved, {}, mine)).not.toContain(id);
  expect(await hostsWith("pass", inTeam, {}, theirs)).not.toContain(id);
  expect(await hostsWith("pass", moved, {}, theirs)).toContain(id);
});

test("evidence of verdicts adds up to the time that the host was there, and says how long it was blocked", async () => {
  const teamId = await insertTeam();
  const began = eq(settings.name, "historyBegan");
  const kept = await db.select().from(settings).where(began);
  const longAgo = new Date(Date.now() - 50 * 3_600_000).toISOString();
  await db.update(settings).set({ value: longAgo }).where(began);
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
  const id = await insertHost({ teamId, createdAt: ago(30) });
  await db.delete(hostVerdicts).where(eq(hostVerdicts.hostId, id));
  const [first, second, third] = [ago(30), ago(20), ago(18)];
  await db.insert(hostVerdicts).values([
    { hostId: id, verdict: "pass", at: first, endedAt: second },
    { hostId: id, verdict: "fail", at: second, endedAt: third },
    { hostId: id, verdict: "pass", at: third, endedAt: ago(1) },
  ]);
  const period = { from: ago(40).toISOString(), to: ago(10).toISOString() };
  const query = { ...period, team_id: teamId, part: "verdicts" };
  const { body } = await request(exportEvidence, { token, query });
  const { data } = Papa.parse<Record<string, string>>(body.trim(), { header: true });
  expect(data).toMatchObject([{ host_id: String(id), verdict_at_start: "absent" }]);
  const [row] = data;
  expect(row).toMatchObject({ verdict_at_end: "pass", blocked_seconds: "7200" });
  expect(Number(row?.pass_seconds)).toBeCloseTo(18 * 3_600, -1);
  await db
    .update(settings)
    .set({ value: kept[0]?.value ?? "" })
    .where(began);
});

test("a verdict that a server of the version before changed or never wrote counts from the worker's next run", async () => {
  const teamId = await insertTeam();
  const id = await insertHost({ teamId });
  const never = await insertHost({ teamId });
  await settle();
  await db.delete(hostVerdicts).where(eq(hostVerdicts.hostId, never));
  await db.update(hosts).set({ verdict: "fail" }).where(eq(hosts.id, id));
  const before = await moment();
  await startHistory();
  const after = await moment();
  expect([await verdictAt(before, id), await verdictAt(after, id)]).toEqual(["pass", "fail"]);
  expect([await verdictAt(before, never), await verdictAt(after, never)]).toEqual([null, "pass"]);
  await startHistory();
  expect(await timelineOf(id)).toBe("fail < pass < unknown");
});

test("moments from before verdicts were kept have none, and a list by verdict or label is refused there", async () => {
  const began = eq(settings.name, "fullHistoryBegan");
  const at = await moment();
  await db.delete(settings).where(began);
  const ask = async (query: Record<string, string | number>) => {
    const asOf = { as_of: at.toISOString(), ...query };
    const { status, body } = await request(listHostsThen, { token, query: asOf });
    return `${status} ${body.errors?.[0]?.reason}`;
  };
  expect(await ask({ verdict: "pass" })).toMatch(/^400 verdict was not kept at that moment/);
  await startHistory();
  expect(await ask({ verdict: "pass" })).toMatch(/^400 verdict was not kept/);
  expect(await ask({ label_id: 1 })).toMatch(/^400 label_id was not kept/);
  expect(await ask({})).toMatch(/^200/);
  expect(await hostsWith("pass", await moment())).not.toEqual([]);
});

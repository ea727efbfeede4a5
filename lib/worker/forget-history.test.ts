import { eq, isNull } from "drizzle-orm";
import { beforeEach, expect, test, vi } from "vitest";
import { GET as getPolicyThen } from "#app/api/v1/muster/as-of/policies/[id]/route.ts";
import { hostVerdicts, hostVersions } from "#db/schema/hosts.ts";
import { labelSpans, labelVersions } from "#db/schema/labels.ts";
import { policies, policyCosts, policyTransitions, policyVersions } from "#db/schema/policies.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { readHistoryLimits } from "#lib/history/limits.ts";
import { deleteHosts } from "#lib/hosts/manage.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { runJob, startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { forgetHistory } from "./forget-history.ts";

const db = await testDatabase();
const DAY_MS = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY_MS);
const { token } = await insertUser("admin");
await updateSettings(SYSTEM, { historyDays: 30 });

/** History began long ago, and policies and hosts have been as they are for as long. */
beforeEach(async () => {
  await startHistory();
  const began = eq(settings.name, "historyBegan");
  await db
    .update(settings)
    .set({ value: ago(100).toISOString() })
    .where(began);
});

async function oldPolicy(days = 90): Promise<number> {
  const id = await insertPolicy();
  const of = eq(policyVersions.policyId, id);
  await db
    .update(policyVersions)
    .set({ createdAt: ago(days) })
    .where(of);
  return id;
}

const stepsOf = async (hostId: number) =>
  (
    await db
      .select()
      .from(policyTransitions)
      .where(eq(policyTransitions.hostId, hostId))
      .orderBy(policyTransitions.id)
  ).map((row) => `${row.fromState}>${row.toState}`);

async function countsAt(days: number, id: number): Promise<string> {
  const query = { as_of: ago(days).toISOString() };
  const { body } = await request(getPolicyThen, { token, params: { id }, query });
  return `${body.policy.passing_host_count}/${body.policy.failing_host_count}/${body.policy.pending_host_count}`;
}

test("what was followed by another change before the limit goes, and what was is still known", async () => {
  const id = await oldPolicy();
  const hostId = await insertHost({ createdAt: ago(90) });
  const quiet = await insertHost({ createdAt: ago(90) });
  await answer(hostId, id, "pass", { at: ago(80) });
  await answer(hostId, id, "fail", { at: ago(60) });
  await answer(hostId, id, "pass", { at: ago(40) });
  await answer(hostId, id, "fail", { at: ago(10) });
  await answer(quiet, id, "fail", { at: ago(70) });
  const looks = [29.9, 20, 10.1, 9.9, 1];
  const before = await Promise.all(looks.map((days) => countsAt(days, id)));
  expect(before).toEqual(["1/1/0", "1/1/0", "1/1/0", "0/2/0", "0/2/0"]);
  await runJob(forgetHistory());
  expect(await stepsOf(hostId)).toEqual(["fail>pass", "pass>fail"]);
  expect(await stepsOf(quiet)).toEqual(["pending>fail"]);
  expect(await Promise.all(looks.map((days) => countsAt(days, id)))).toEqual(before);
  await runJob(forgetHistory());
  expect(await stepsOf(hostId)).toHaveLength(2);
});

test("changes to SQL, policies and hosts that were gone by the limit go altogether", async () => {
  const edited = await oldPolicy();
  const gone = await oldPolicy();
  const justGone = await oldPolicy();
  const hostId = await insertHost({ createdAt: ago(90) });
  const left = await insertHost({ createdAt: ago(90) });
  for (const id of [edited, gone, justGone]) await answer(hostId, id, "pass", { at: ago(80) });
  await answer(left, edited, "fail", { at: ago(80) });
  const fields = { query: "SELECT 2" };
  const version = { policyId: edited, version: 2, revision: 2, name: "Edited", fields };
  await db
    .update(policyVersions)
    .set({ endedAt: ago(50) })
    .where(eq(policyVersions.policyId, edited));
  await db.insert(policyVersions).values({ ...version, createdAt: ago(50) });
  await db.update(policies).set({ revision: 2, version: 2 }).where(eq(policies.id, edited));
  await deletePolicies(SYSTEM, null, [gone, justGone]);
  await db
    .update(policyVersions)
    .set({ endedAt: ago(40) })
    .where(eq(policyVersions.policyId, gone));
  await deleteHosts(SYSTEM, [left]);
  await db
    .update(hostVersions)
    .set({ endedAt: ago(35) })
    .where(eq(hostVersions.hostId, left));
  expect(await countsAt(29, edited)).toBe(`0/0/${await openHosts()}`);

  await runJob(forgetHistory());
  const rows = await db
    .select()
    .from(policyTransitions)
    .where(eq(policyTransitions.hostId, hostId));
  expect(rows.map((row) => row.policyId)).toEqual([justGone]);
  expect(await stepsOf(left)).toEqual([]);
  const versions = await db.select().from(policyVersions);
  const kept = versions.map((row) => `${row.policyId} ${row.version}`);
  expect(kept).toContain(`${edited} 2`);
  expect(kept).toContain(`${justGone} 1`);
  expect(kept).not.toContain(`${edited} 1`);
  expect(kept).not.toContain(`${gone} 1`);
  const hosts = (await db.select().from(hostVersions)).map((row) => row.hostId);
  expect(hosts).toContain(hostId);
  expect(hosts).not.toContain(left);
  expect(await countsAt(29, edited)).toBe(`0/0/${await openHosts()}`);
});

test("verdicts and labels that ended before the limit go, in steps, and what was so since stays", async () => {
  const hostId = 4_000_000;
  const spans = [60, 40, 10].map((days) => ({ hostId, at: ago(days + 20), endedAt: ago(days) }));
  await db.insert(hostVerdicts).values(spans.map((span) => ({ ...span, verdict: "pass" })));
  await db
    .insert(labelSpans)
    .values(spans.map((span) => ({ ...span, labelId: 9_000, isMember: true })));
  await db
    .insert(labelVersions)
    .values(spans.map(({ at, endedAt }, n) => ({ ...LABEL, labelId: 9_000 + n, at, endedAt })));
  await runJob(forgetHistory());
  const ended = async (table: typeof hostVerdicts | typeof labelSpans) =>
    (await db.select().from(table).where(eq(table.hostId, hostId))).map((row) => row.endedAt);
  expect(await ended(hostVerdicts)).toHaveLength(1);
  expect(await ended(labelSpans)).toHaveLength(1);
  const versions = await db.select().from(labelVersions).where(eq(labelVersions.name, LABEL.name));
  expect(versions.map((row) => row.labelId)).toEqual([9_002]);
});

test("what runs cost goes with the policy and with the last version of the SQL, and else stays", async () => {
  const [edited, gone, unwritten] = [await oldPolicy(), await oldPolicy(), await oldPolicy()];
  const versions = [
    { version: 2, revision: 2, createdAt: ago(50), endedAt: ago(10) },
    { version: 3, revision: 3, createdAt: ago(10) },
  ];
  await db
    .update(policyVersions)
    .set({ endedAt: ago(50) })
    .where(eq(policyVersions.policyId, edited));
  await db
    .insert(policyVersions)
    .values(versions.map((of) => ({ ...of, policyId: edited, name: "Edited", fields: {} })));
  await db.update(policies).set({ revision: 3, version: 3 }).where(eq(policies.id, edited));
  await db.delete(policyVersions).where(eq(policyVersions.policyId, unwritten));
  // More revisions than one step takes.
  const many = Array.from({ length: 50 }, (_, n) => ({ policyId: gone, revision: n + 1 }));
  const kept = [1, 2, 3].map((revision) => ({ policyId: edited, revision }));
  const rows = [...kept, { policyId: unwritten, revision: 1 }, ...many].flatMap((of) =>
    ["wall", "memory"].map((metric) => ({ ...of, metric, bucket: 8, runs: 3 })),
  );
  await db.insert(policyCosts).values(rows);
  await deletePolicies(SYSTEM, null, [gone]);
  await runJob(forgetHistory());
  const left = (await db.select().from(policyCosts)).map((row) => [row.policyId, row.revision]);
  const twice = (of: number[]) => [of, of];
  expect(left).toEqual(
    [
      [edited, 2],
      [edited, 3],
      [unwritten, 1],
    ].flatMap(twice),
  );
});

/** How many rows each DELETE took of a run, which ends after the first if told so. */
async function deletions(run: { endsAfterOne: boolean }): Promise<number[]> {
  const query = vi.spyOn(database("worker").$client, "query");
  const taken = () =>
    query.mock.settledResults.flatMap(({ value }, at) => {
      const isDelete = String(query.mock.calls[at]?.[0]).includes("DELETE");
      return isDelete && value?.[0].affectedRows > 0 ? [value[0].affectedRows] : [];
    });
  await runJob(forgetHistory(), () => run.endsAfterOne && taken().length > 0);
  const rows = taken();
  query.mockRestore();
  return rows;
}

test("no step takes more than a thousand rows, however many a host has, and the next run goes on", async () => {
  const [busyOn, goneOn] = [await oldPolicy(), await oldPolicy()];
  const busy = await insertHost({ createdAt: ago(90) });
  const gone = await insertHost({ createdAt: ago(90) });
  const states = ["pass", "fail"] as const;
  const changesOf = (hostId: number, policyId: number) =>
    Array.from({ length: 2_500 }, (_, n) => ({
      ...{ hostId, policyId, revision: 1, at: new Date(ago(80).getTime() + n) },
      ...{ fromState: states[n % 2] ?? "", toState: states[(n + 1) % 2] ?? "" },
    }));
  await db.insert(policyTransitions).values(changesOf(busy, busyOn));
  await db.insert(policyTransitions).values(changesOf(gone, goneOn));
  await deleteHosts(SYSTEM, [gone]);
  await db
    .update(hostVersions)
    .set({ endedAt: ago(60) })
    .where(eq(hostVersions.hostId, gone));

  const first = await deletions({ endsAfterOne: true });
  expect(first).toEqual([1_000]);
  expect((await stepsOf(busy)).length + (await stepsOf(gone)).length).toBe(4_000);
  const rest = await deletions({ endsAfterOne: false });
  expect(Math.max(...rest)).toBe(1_000);
  expect(await stepsOf(busy)).toEqual(["fail>pass"]);
  expect(await stepsOf(gone)).toEqual([]);
  const versions = db.select().from(hostVersions);
  expect(await versions.where(eq(hostVersions.hostId, gone))).toEqual([]);
  // All of it was counted, so none went another way.
  const all = [...first, ...rest].reduce((sum, rows) => sum + rows, 0);
  expect(all).toBeGreaterThanOrEqual(2_499 + 2_500);
});

const LABEL = { name: "Of long ago", query: "", membershipType: "manual" };

const openHosts = async () =>
  (await db.select().from(hostVersions).where(isNull(hostVersions.endedAt))).length;

test("what there was before history was kept is written down when it begins", async () => {
  const id = await insertPolicy();
  const hostId = await insertHost();
  await answer(hostId, id, "fail");
  await db.delete(policyTransitions);
  await db.delete(hostVersions);
  await db.delete(policyVersions);
  await db.delete(settings).where(eq(settings.name, "historyBegan"));
  expect((await readHistoryLimits(db)).beganAt).toBeUndefined();
  await startHistory();
  const { beganAt } = await readHistoryLimits(db);
  expect(await stepsOf(hostId)).toEqual(["pending>fail"]);
  const query = { as_of: beganAt?.toISOString() ?? "" };
  const { body } = await request(getPolicyThen, { token, params: { id }, query });
  expect(body.policy).toMatchObject({ failing_host_count: 1, query: "SELECT 1" });
  await startHistory();
  expect((await readHistoryLimits(db)).beganAt).toEqual(beganAt);
  expect(await stepsOf(hostId)).toHaveLength(1);
});

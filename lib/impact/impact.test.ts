import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { POST as preview } from "#app/api/v1/muster/policies/impact/route.ts";
import { hosts as hostsTable } from "#db/schema/hosts.ts";
import { runHosts, runs } from "#db/schema/runs.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import type { HostSet } from "#lib/host-set.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, type World } from "#lib/testing/world.ts";
import { updateWebhookSettings } from "#lib/webhooks/webhooks.ts";
import { expectedFailing } from "./expectation.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const impactOf = async (body: object) => {
  const answered = await request(preview, { token: world.admin.token, body });
  expect(answered.status, JSON.stringify(answered.body)).toBe(200);
  return answered.body;
};

/** A run of SQL that these hosts answered with so many rows each. */
async function insertRun(query: string, rows: Record<number, number>): Promise<number> {
  const at = new Date();
  const [run] = await db
    .insert(runs)
    .values({ kind: "policy", query, targets: {}, createdAt: at, expiresAt: at });
  for (const [hostId, rowCount] of Object.entries(rows)) {
    const row = { runId: run.insertId, hostId: Number(hostId), rowCount };
    await db.insert(runHosts).values({ ...row, state: "done", answeredAt: at });
  }
  return run.insertId;
}

accessTable({
  "POST /policies/impact of a new policy of all teams": [
    preview,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: { query: "SELECT 1" } }),
  ],
  "POST /policies/impact of a team's policy": [
    preview,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ body: { policy_id: await insertPolicy({}, w.teamId), critical: true } }),
  ],
});

describe("impact", () => {
  test("a narrower scope tells exactly who leaves, and how they stand", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const mac = await insertHost({ teamId });
    const [passing, failing] = [
      await insertHost({ teamId, platform: "windows" }),
      await insertHost({ teamId, platform: "windows" }),
    ];
    await answer(mac, policyId, "pass");
    await answer(passing, policyId, "pass");
    await answer(failing, policyId, "fail");
    const impact = await impactOf({ policy_id: policyId, platform: "darwin" });
    expect(impact).toMatchObject({
      hosts_now: 3,
      hosts_after: 1,
      entering: 0,
      leaving: { hosts: 2, pass: 1, fail: 1 },
      starts_anew: false,
      answers_lost: 0,
      newly_failing: { hosts: 0, basis: "exact" },
    });
  });

  test("the verdicts that would flip are those of a policy that gates, judged host by host", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({}, teamId);
    const passing = await insertHost({ teamId });
    const failing = await insertHost({ teamId });
    await answer(passing, policyId, "pass");
    await answer(failing, policyId, "fail");
    const critical = await impactOf({ policy_id: policyId, critical: true });
    expect(critical.verdicts).toEqual({
      flips: [{ from: "pass", to: "fail", hosts: 1 }],
      basis: "exact",
      judged: 2,
    });
    const prose = await impactOf({ policy_id: policyId, description: "Why." });
    expect(prose.verdicts.flips).toEqual([]);
  });

  test("new SQL loses all answers, and what would fail is told from a run of that very SQL", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const hosts = await Promise.all(Array.from({ length: 10 }, () => insertHost({ teamId })));
    for (const host of hosts) await answer(host, policyId, "pass");
    const query = "SELECT 1 FROM os_version";
    const [first = 0, second = 0] = hosts;
    const runId = await insertRun(query, { [first]: 1, [second]: 0 });
    const impact = await impactOf({ policy_id: policyId, query, run_id: runId });
    expect(impact).toMatchObject({ starts_anew: true, answers_lost: 10 });
    expect(impact.newly_failing).toEqual({
      hosts: 5,
      basis: "sample",
      sampled: 2,
      sampled_failing: 1,
      unsampled: 0,
    });
    expect(impact.confirm).toBe(true);
    const other = await impactOf({ policy_id: policyId, query: "SELECT 2", run_id: runId });
    expect(other.newly_failing.basis).toBe("unknown");
  });

  test("rules by labels that nobody has answered make hosts pending, and the gate's verdicts unknown", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ critical: true }, teamId);
    const label = await insertLabel();
    const hosts = await Promise.all(Array.from({ length: 8 }, () => insertHost({ teamId })));
    for (const host of hosts) await answer(host, policyId, "pass");
    const [member = 0, outsider = 0] = hosts;
    await answerLabel(member, label.id, true);
    await answerLabel(outsider, label.id, false);
    const body = { policy_id: policyId, labels_include_any: [label.name] };
    const impact = await impactOf(body);
    expect(impact).toMatchObject({
      ...{ hosts_now: 8, hosts_after: 7, entering: 0, becoming_pending: 6, excluded: 1 },
      ...{ leaving: { hosts: 1, pass: 1 }, confirm: true },
    });
    const flips = new Map(
      impact.verdicts.flips.map((flip: { to: string; hosts: number }) => [flip.to, flip.hosts]),
    );
    expect(flips.get("unknown")).toBe(6);

    const patch = modifyPolicyBody.parse({ labels_include_any: [label.name] });
    await modifyPolicy(SYSTEM, teamId, policyId, patch);
    const rows = await db.select().from(hostsTable).where(eq(hostsTable.teamId, teamId));
    expect(rows.filter(({ verdict }) => verdict === "unknown")).toHaveLength(6);
    expect((await impactOf(body)).becoming_pending).toBe(0);
  });

  test("who is exempt is not expected to fail: hosts, a team and members of a label", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const label = await insertLabel();
    const hosts = await Promise.all(Array.from({ length: 10 }, () => insertHost({ teamId })));
    for (const host of hosts) await answer(host, policyId, "pass");
    const [asked = 0, exempt = 0, member = 0] = hosts;
    const query = "SELECT 1 FROM os_version";
    const runId = await insertRun(query, { [asked]: 0 });
    const newly = async () =>
      (await impactOf({ policy_id: policyId, query, run_id: runId })).newly_failing.hosts;
    expect(await newly()).toBe(10);
    const letOff = (whom: object) =>
      createExemption(
        SYSTEM,
        createExemptionBody.parse({
          ...{ policy_id: policyId, reason: "Old.", ...whom },
          expires_at: new Date(Date.now() + 86_400_000).toISOString(),
        }),
      );
    await letOff({ host_id: exempt });
    expect(await newly()).toBe(9);
    await answerLabel(member, label.id, true);
    await letOff({ label_id: label.id });
    expect(await newly()).toBe(8);
    await letOff({ team_id: teamId });
    expect(await newly()).toBe(0);
  });

  test("somebody else's run, and hosts of other teams in one's own, say nothing", async () => {
    const policyId = await insertPolicy({ query: "SELECT 1" }, world.teamId);
    const mine = await insertHost({ teamId: world.teamId });
    const other = await insertHost({ teamId: world.otherTeamId });
    const query = "SELECT 1 FROM uptime";
    const runId = await insertRun(query, { [mine]: 0, [other]: 0 });
    const body = { policy_id: policyId, query, run_id: runId };
    const { token, id } = world.teamAdmin;
    const asked = async () => (await request(preview, { token, body })).body.newly_failing;
    expect(await asked()).toMatchObject({ basis: "unknown", sampled: 0 });
    await db.update(runs).set({ authorId: id }).where(eq(runs.id, runId));
    expect(await asked()).toMatchObject({ basis: "sample", sampled: 1 });
  });

  test("a new policy tells whom it would ask, and changes nothing", async () => {
    const teamId = await insertTeam();
    await insertHost({ teamId });
    await insertHost({ teamId, platform: "ubuntu" });
    const impact = await impactOf({ team_id: teamId, query: "SELECT 1", platform: "linux" });
    expect(impact).toMatchObject({ hosts_now: 0, hosts_after: 1, entering: 1, answers_lost: 0 });
  });

  test("a webhook that would be told of failing hosts is named, with how many; one that is off is not", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const hosts = await Promise.all(Array.from({ length: 4 }, () => insertHost({ teamId })));
    const query = "SELECT 1 FROM time";
    const [first = 0, second = 0] = hosts;
    const runId = await insertRun(query, { [first]: 1, [second]: 0 });
    const asked = async (body: object) =>
      (await impactOf({ policy_id: policyId, ...body })).automations;
    expect(await asked({ query, run_id: runId })).toEqual([]);
    const kind = "failing_policies" as const;
    const webhook = { kind, teamId, policyIds: [policyId] };
    const url = "https://hooks.example/s3cret";
    await updateWebhookSettings(SYSTEM, { ...webhook, url, enabled: true });
    const told = { kind: "webhook", destination: "hooks.example", recovered: 0 };
    expect(await asked({ query, run_id: runId })).toEqual([{ ...told, hosts: 2, basis: "sample" }]);
    expect(await asked({ query })).toEqual([{ ...told, hosts: 0, basis: "unknown" }]);
    expect(await asked({ description: "Why." })).toEqual([]);
    await updateWebhookSettings(SYSTEM, { ...webhook, enabled: false });
    expect(await asked({ query })).toEqual([]);
  });

  test("each platform is expected to fail by its own share", () => {
    const set = (...ids: number[]): HostSet => {
      const bits = Buffer.alloc(4);
      for (const id of ids) bits[id >> 3] = (bits[id >> 3] ?? 0) | (1 << (id & 7));
      return bits;
    };
    const families = new Map([
      ["darwin", set(1, 2, 3, 4)],
      ["windows", set(8, 9)],
    ]);
    const answers = [
      { hostId: 1, platformFamily: "darwin", passes: true },
      { hostId: 8, platformFamily: "windows", passes: false },
    ];
    const expected = expectedFailing(answers, families, set(1, 2, 3, 4, 8, 9));
    expect(expected).toEqual({ hosts: 2, sampled: 2, sampledFailing: 1, unsampled: 0 });
    const macsAlone = expectedFailing(answers.slice(0, 1), families, set(1, 2, 3, 4, 8, 9));
    expect(macsAlone).toEqual({ hosts: 0, sampled: 1, sampledFailing: 0, unsampled: 2 });
  });

  test("a wider scope asks for the name past the share that is set, and tells of nobody's failing unless that SQL was run", async () => {
    const teamId = await insertTeam();
    const query = "SELECT 1 FROM users";
    const policyId = await insertPolicy({ query, platform: "windows" }, teamId);
    const old = await insertHost({ teamId, platform: "windows" });
    await answer(old, policyId, "pass");
    const macs = await Promise.all(Array.from({ length: 6 }, () => insertHost({ teamId })));
    const wider = { policy_id: policyId, platform: "windows,darwin" };
    const impact = await impactOf(wider);
    expect(impact).toMatchObject({ entering: 6, starts_anew: false, confirm: true });
    expect(impact.share).toBeCloseTo(6 / 7);
    expect(impact.newly_failing).toMatchObject({ hosts: 0, basis: "unknown" });
    const [first = 0, second = 0] = macs;
    const runId = await insertRun(query, { [first]: 1, [second]: 0, [old]: 0 });
    const sampled = await impactOf({ ...wider, run_id: runId });
    expect(sampled.newly_failing).toEqual({
      ...{ hosts: 3, basis: "sample" },
      ...{ sampled: 2, sampled_failing: 1, unsampled: 0 },
    });
    const onWindows = await insertRun(query, { [old]: 0 });
    const elsewhere = await impactOf({ ...wider, run_id: onWindows });
    expect(elsewhere.newly_failing.basis).toBe("unknown");
    const same = await impactOf({ policy_id: policyId, interval: 600, run_id: runId });
    expect(same.newly_failing).toMatchObject({ hosts: 0, basis: "exact" });
    await updateSettings(SYSTEM, { impactConfirmPercent: 90 });
    expect((await impactOf(wider)).confirm).toBe(false);
    await updateSettings(SYSTEM, { impactConfirmPercent: 20 });
  });

  test("SQL that fails on the same hosts as before is expected to fail on none newly", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const hosts = await Promise.all(Array.from({ length: 10 }, () => insertHost({ teamId })));
    const failing = hosts.slice(0, 3);
    for (const host of hosts) {
      await answer(host, policyId, failing.includes(host) ? "fail" : "pass");
    }
    const query = "SELECT  1";
    const said = (rows: (host: number) => number) =>
      insertRun(query, Object.fromEntries(hosts.map((host) => [host, rows(host)])));
    const expected = async (runId: number) =>
      (await impactOf({ policy_id: policyId, query, run_id: runId })).newly_failing;
    const reformat = await said((host) => (failing.includes(host) ? 0 : 1));
    expect(await expected(reformat)).toEqual({
      ...{ hosts: 0, basis: "sample" },
      ...{ sampled: 7, sampled_failing: 0, unsampled: 0 },
    });
    const everywhere = await said(() => 0);
    expect(await expected(everywhere)).toMatchObject({ hosts: 7, sampled: 7, sampled_failing: 7 });
    const [first = 0] = failing;
    const onFailing = await insertRun(query, { [first]: 0 });
    expect(await expected(onFailing)).toMatchObject({ hosts: 0, basis: "unknown" });
  });

  test("a webhook of recoveries is said to hear of those that fail now, where new SQL may pass on them", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ query: "SELECT 1" }, teamId);
    const [failing, passing] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await answer(failing, policyId, "fail");
    await answer(passing, policyId, "pass");
    const query = "SELECT 1 FROM uptime";
    const runId = await insertRun(query, { [failing]: 1, [passing]: 1 });
    const asked = async () =>
      (await impactOf({ policy_id: policyId, query, run_id: runId })).automations;
    const kind = "failing_policies" as const;
    const webhook = { kind, teamId, policyIds: [policyId] };
    const url = "https://hooks.example/s3cret";
    await updateWebhookSettings(SYSTEM, { ...webhook, url, enabled: true });
    expect(await asked()).toEqual([]);
    await updateWebhookSettings(SYSTEM, { ...webhook, tellsRecovered: true });
    expect(await asked()).toMatchObject([{ hosts: 0, basis: "sample", recovered: 1 }]);
  });
});

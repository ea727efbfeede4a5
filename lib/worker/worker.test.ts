import { eq } from "drizzle-orm";
import type { Gauge } from "prom-client";
import { describe, expect, test, vi } from "vitest";
import { hostAgents, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policyMembership, policyStats, postureHistory } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteHosts } from "#lib/hosts/manage.ts";
import { createLog } from "#lib/log.ts";
import { readCard, writeCard } from "#lib/membership/card.ts";
import { createMetrics } from "#lib/metrics.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import {
  countsOf,
  hostIdOf,
  insertOldPolicy,
  insertPolicy,
  membershipOf,
  transitionsOf,
} from "#lib/testing/policies.ts";
import { KINDS } from "#lib/webhooks/schema.ts";
import { cleanUp } from "./clean-up.ts";
import { deliver } from "./deliver.ts";
import { expireAnswers } from "./expire-answers.ts";
import type { Job } from "./job.ts";
import { judgeAgain } from "./judge-again.ts";
import { dropLease, takeLease } from "./lease.ts";
import { recordPosture } from "./record-posture.ts";
import { rollUp, rollUpPolicy } from "./roll-up.ts";
import { startWorker } from "./worker.ts";

const db = await testDatabase();
const agents = await testAgents();
const metrics = createMetrics();
const run = (job: Job) => job.run({ db, metrics, log: createLog("silent"), isOver: () => false });

async function enrolled() {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  return { host, hostId: await hostIdOf(host.identifier) };
}

const hostOf = async (id: number) => (await db.select().from(hosts).where(eq(hosts.id, id)))[0];

/** Makes everything the host said look `hours` older. */
async function age(hostId: number, hours: number): Promise<void> {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  const card = readCard(row?.card ?? null);
  for (const entry of card.values()) entry.evaluatedAtMs -= hours * 3_600_000;
  const deadlineAt = new Date((row?.deadlineAt?.getTime() ?? 0) - hours * 3_600_000);
  await db
    .update(hostAgents)
    .set({ card: writeCard(card), deadlineAt })
    .where(eq(hostAgents.hostId, hostId));
}

describe("expiring answers", () => {
  test("turns unconfirmed answers stale, in rows, counts, history and verdict", async () => {
    const policyId = await insertOldPolicy({ critical: true });
    const { host, hostId } = await enrolled();
    expect(await hostOf(hostId)).toMatchObject({ verdict: "pass" });
    await run(expireAnswers());
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });

    await age(hostId, 24);
    await run(expireAnswers());
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "stale", passes: true });
    expect(await countsOf(policyId)).toMatchObject({ pass: 0 });
    expect(await transitionsOf(hostId, policyId)).toEqual(["pending>pass", "pass>stale"]);
    expect(await hostOf(hostId)).toMatchObject({ verdict: "unknown" });
    await run(expireAnswers());

    await host.answer([`fleet_policy_query_${policyId}`]);
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
    expect((await transitionsOf(hostId, policyId)).at(-1)).toBe("stale>pass");
    expect(await hostOf(hostId)).toMatchObject({ verdict: "pass" });
  });
});

test("expiring answers ends although the worker's clock is slow", async () => {
  const policyId = await insertOldPolicy();
  const { hostId } = await enrolled();
  await age(hostId, 24);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 48 * 3_600_000 });
  try {
    await run(expireAnswers());
  } finally {
    vi.useRealTimers();
  }
  expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "stale" });
});

describe("judging again", () => {
  test("after an interval is shortened, answers turn stale by the new one", async () => {
    const policyId = await insertPolicy({ critical: true, interval: 86_400 });
    const { hostId } = await enrolled();
    await age(hostId, 1);
    await run(expireAnswers());
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
    await modifyPolicy(SYSTEM, null, policyId, modifyPolicyBody.parse({ interval: 60 }));
    await run(judgeAgain());
    await run(expireAnswers());
    expect(await countsOf(policyId)).toMatchObject({ pass: 0 });
    expect(await hostOf(hostId)).toMatchObject({ verdict: "unknown" });
    await deletePolicies(SYSTEM, null, [policyId]);
  });

  test("brings verdicts in lists up to date after a policy becomes critical, or goes", async () => {
    const policyId = await insertPolicy();
    const { host, hostId } = await enrolled();
    await agents.app.refresh();
    await host.checkIn();
    await host.answer([`fleet_policy_query_${policyId}`], { [policyId]: 0 });
    const job = judgeAgain();
    const patch = modifyPolicyBody.parse({ critical: true });
    await modifyPolicy(SYSTEM, null, policyId, patch);
    await run(job);
    const fresh = await insertOldPolicy();
    const failing = await enrolled();
    await failing.host.answer([`fleet_policy_query_${fresh}`], { [fresh]: 0 });
    expect(await hostOf(failing.hostId)).toMatchObject({ verdict: "pass" });
    await modifyPolicy(SYSTEM, null, fresh, patch);
    await run(job);
    expect(await hostOf(failing.hostId)).toMatchObject({ verdict: "fail" });
    await deletePolicies(SYSTEM, null, [fresh]);
    await run(job);
    expect(await hostOf(failing.hostId)).toMatchObject({
      verdict: "pass",
      failingPoliciesCount: 0,
    });
    expect(hostId).not.toBe(failing.hostId);
  });
});

describe("the roll-up", () => {
  test("repairs counts that are off and reports by how much", async () => {
    const policyId = await insertOldPolicy();
    await enrolled();
    const right = await countsOf(policyId);
    const driftBefore = (await metrics.statsDrift.get()).values[0]?.value ?? 0;
    await run(rollUp());
    expect(await countsOf(policyId)).toEqual(right);
    expect((await metrics.statsDrift.get()).values[0]?.value ?? 0).toBe(driftBefore);

    await db.update(policyStats).set({ failing: 7 }).where(eq(policyStats.policyId, policyId));
    await run(rollUp());
    expect(await countsOf(policyId)).toEqual(right);
    expect((await metrics.statsDrift.get()).values[0]?.value).toBe(driftBefore + 7);
  });
});

describe("the roll-up beside answers", () => {
  test("takes none that arrives while it counts for drift", async () => {
    const policyId = await insertOldPolicy();
    const { host } = await enrolled();
    const driftBefore = (await metrics.statsDrift.get()).values[0]?.value ?? 0;
    const answers = async () => {
      for (let n = 0; n < 30; n++) {
        await host.answer([`fleet_policy_query_${policyId}`], { [policyId]: n % 2 });
      }
    };
    const counting = async () => {
      for (let n = 0; n < 10; n++) await run(rollUp());
    };
    await Promise.all([answers(), counting()]);
    expect((await metrics.statsDrift.get()).values[0]?.value ?? 0).toBe(driftBefore);
  });

  test("repairs by adding, so that answers in between count, and once, whoever else repairs", async () => {
    const policyId = await insertOldPolicy();
    const { host } = await enrolled();
    const repaired: number[] = [];
    const answers = async () => {
      for (let n = 0; n < 40; n++) {
        await host.answer([`fleet_policy_query_${policyId}`], { [policyId]: n % 2 });
      }
    };
    const counting = async () => {
      for (let n = 0; n < 10; n++) repaired.push(await rollUpPolicy(db, policyId));
    };
    // Of a team that has no hosts, and of one that lost its row.
    await db.delete(policyStats).where(eq(policyStats.policyId, policyId));
    const wrong = { revision: 1, failing: 5, updatedAt: new Date() };
    await db.insert(policyStats).values({ policyId, teamId: 4_000, ...wrong });
    await Promise.all([answers(), counting(), counting(), counting()]);
    expect(repaired.filter((hosts) => hosts > 0)).toHaveLength(1);
    expect(await rollUpPolicy(db, policyId)).toBe(0);
    const { pass, fail } = await countsOf(policyId);
    expect(pass + fail).toBe(1);
  });
});

describe("cleaning up", () => {
  test("removes the answers to deleted policies and keeps all others", async () => {
    const [kept, gone] = [await insertOldPolicy(), await insertOldPolicy()];
    const { hostId } = await enrolled();
    await deletePolicies(SYSTEM, null, [gone]);
    await run(cleanUp());
    const rows = await db
      .select()
      .from(policyMembership)
      .where(eq(policyMembership.hostId, hostId));
    const ids = rows.map((row) => row.policyId);
    expect(ids).toContain(kept);
    expect(ids).not.toContain(gone);
  });

  test("an hour after a host was deleted, nothing of it is left, contact that came late included", async () => {
    const [gone, kept] = [await enrolled(), await enrolled()];
    await deleteHosts(SYSTEM, [gone.hostId]);
    const seenAt = new Date();
    await db.insert(hostSeen).values({ hostId: gone.hostId, seenAt });
    await run(cleanUp());
    const rows = () => db.select().from(hostSeen).where(eq(hostSeen.hostId, gone.hostId));
    expect(await rows()).toHaveLength(1);

    const deletedAt = new Date(Date.now() - 2 * 3_600_000);
    await db.update(hostAgents).set({ deletedAt }).where(eq(hostAgents.hostId, gone.hostId));
    await run(cleanUp());
    expect(await rows()).toEqual([]);
    const agentIds = (await db.select().from(hostAgents)).map((row) => row.hostId);
    expect(agentIds).not.toContain(gone.hostId);
    expect(agentIds).toContain(kept.hostId);
  });

  test("what fails keeps nothing after it from going, and is named", async () => {
    const done: string[] = [];
    const job = cleanUp({
      broken: () => Promise.reject(new Error("no such table")),
      whole: async () => {
        done.push("whole");
        return 0;
      },
    });
    await expect(run(job)).rejects.toThrow("cannot clean up broken");
    expect(done).toEqual(["whole"]);
  });
});

describe("the posture", () => {
  test("is written once a step, for hosts in no team as team 0", async () => {
    await enrolled();
    await run(recordPosture());
    await run(recordPosture());
    const rows = await db.select().from(postureHistory).where(eq(postureHistory.teamId, 0));
    expect(rows.length).toBeLessThanOrEqual(2);
    expect(rows.at(-1)?.hosts).toBe((await db.select().from(hosts)).length);
  });

  test("is in the metrics of whoever wrote it, all hosts and all verdicts", async () => {
    await insertHost({ seenAt: new Date(0) });
    await run(recordPosture());
    const all = (await db.select().from(hosts)).length;
    const sum = async (metric: Gauge) =>
      (await metric.get()).values.reduce((total, { value }) => total + value, 0);
    expect(await sum(metrics.hosts)).toBe(all);
    expect(await sum(metrics.verdicts)).toBe(all);
    const { values } = await metrics.hosts.get();
    expect(values.find(({ labels }) => labels.status === "offline")?.value).toBeGreaterThan(0);
  });
});

test("a job of every hour that failed is done again within a minute", async () => {
  let runs = 0;
  const run = async () => {
    runs++;
    if (runs === 1) throw new Error("the database is away");
  };
  const jobs = [() => ({ name: "hourly", everySeconds: 3_600, run })];
  vi.useFakeTimers({ toFake: ["performance"] });
  const worker = startWorker({ db, metrics, log: createLog("silent"), jobs });
  try {
    await expect.poll(() => runs).toBe(1);
    vi.advanceTimersByTime(61_000);
    await expect.poll(() => runs, { timeout: 5_000 }).toBe(2);
    vi.advanceTimersByTime(61_000);
    await new Promise((resume) => setTimeout(resume, 2_500));
    expect(runs).toBe(2);
  } finally {
    await worker.stop();
    vi.useRealTimers();
  }
});

test("what alarms count failures by is there at 0 before the first one", async () => {
  const counted = createMetrics();
  const worker = startWorker({ db, metrics: counted, log: createLog("silent"), jobs: [deliver] });
  try {
    const text = () => counted.registry.metrics();
    await expect.poll(text).toContain('muster_job_failures_total{name="deliver"} 0');
    for (const kind of KINDS) {
      const series = `muster_deliveries_total{kind="${kind}",outcome="failed"} 0`;
      await expect.poll(text, { timeout: 10_000 }).toContain(series);
    }
  } finally {
    await worker.stop();
  }
});

describe("the lease", () => {
  test("is held by one, kept while renewed, and passes on when given up", async () => {
    expect(await takeLease(db, "test", "one")).toBe(true);
    expect(await takeLease(db, "test", "two")).toBe(false);
    expect(await takeLease(db, "test", "one")).toBe(true);
    await dropLease(db, "test", "one");
    expect(await takeLease(db, "test", "two")).toBe(true);
  });
});

import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { readHostDetail } from "#lib/hosts/detail.ts";
import { runPolicy, runPolicyOn, setPaused } from "#lib/policies/actions.ts";
import type { NewPolicy } from "#lib/policies/schema.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { runJob, settle } from "#lib/testing/jobs.ts";
import { countsOf, hostIdOf, insertPolicy, membershipOf } from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";
import { expireAnswers } from "#lib/worker/expire-answers.ts";
import { readCard, writeCard } from "./card.ts";

const db = await testDatabase();
const agents = await testAgents();
const spread = await testAgents({ policyRolloutHostsPerSecond: 1 });

afterEach(async () => {
  await settle();
  await expectConsistent(db);
});

const HOUR_MS = 3_600_000;

async function answered(rows: number, policy: Partial<NewPolicy> = {}) {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({ critical: true, ...policy }, teamId);
  const host = new TestHost(agents);
  await host.enroll(teamId);
  await host.checkIn({ [policyId]: rows });
  return { teamId, policyId, host, id: await hostIdOf(host.identifier) };
}

const pause = async (policyId: number, paused: boolean) => {
  await setPaused(SYSTEM, policyId, paused, "");
  await agents.app.refresh();
};

const shown = async (hostId: number, policyId: number) => {
  const { policies, standing } = await readHostDetail(teamScope(SYSTEM, "host:read"), hostId);
  return `${policies.find(({ id }) => id === policyId)?.state} ${standing.verdict}`;
};

const stored = async (hostId: number) =>
  (await db.select().from(hosts).where(eq(hosts.id, hostId)))[0]?.verdict;

/** Makes all that the host said look older, and has every server see it. */
async function age(hostId: number, ms: number): Promise<void> {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  const card = readCard(row?.card ?? null);
  for (const entry of card.values()) entry.evaluatedAtMs -= ms;
  const deadlineAt = row?.deadlineAt && new Date(row.deadlineAt.getTime() - ms);
  await db
    .update(hostAgents)
    .set({
      card: writeCard(card),
      deadlineAt,
      revision: (row?.revision ?? 0) + 1,
      changedAt: new Date(),
    })
    .where(eq(hostAgents.hostId, hostId));
  await agents.app.refresh();
}

describe("a paused policy", () => {
  test("keeps its results and gates nothing; resumed, it gates at once", async () => {
    const { id, policyId } = await answered(0);
    await pause(policyId, true);
    expect(await shown(id, policyId)).toBe("fail pass");
    await settle();
    expect(await stored(id)).toBe("pass");
    expect(await countsOf(policyId)).toMatchObject({ fail: 1 });
    await pause(policyId, false);
    expect(await shown(id, policyId)).toBe("fail fail");
    await settle();
    expect(await stored(id)).toBe("fail");
  });

  test("is asked of nobody, also in a refetch, and takes no answer", async () => {
    const { host, policyId, id, teamId } = await answered(0);
    await pause(policyId, true);
    const newcomer = new TestHost(agents);
    await newcomer.enroll(teamId);
    const name = `fleet_policy_query_${policyId}`;
    expect(await newcomer.checkIn()).not.toContain(name);
    const [row] = await db
      .select()
      .from(hostAgents)
      .where(eq(hostAgents.hostId, await hostIdOf(newcomer.identifier)));
    expect(row?.refetchRequestedAt).toBeNull();
    await host.answer([name], { [policyId]: 1 });
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "fail" });
    await pause(policyId, false);
    expect(await newcomer.checkIn()).toEqual([name]);
  });

  test("turns nothing stale, however long; resumed, what is old is stale", async () => {
    const { id, policyId } = await answered(1, { interval: 60 });
    await pause(policyId, true);
    // An hour passes: the answer and the pause are that much older.
    await age(id, HOUR_MS);
    await transaction(db, async (tx) => {
      await raiseRevision(tx, "policies");
      const pausedAt = new Date(Date.now() - HOUR_MS + 1_000);
      await tx.update(policies).set({ pausedAt }).where(eq(policies.id, policyId));
    });
    await runJob(expireAnswers());
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "pass" });
    expect(await shown(id, policyId)).toBe("pass pass");
    await pause(policyId, false);
    expect(await shown(id, policyId)).toBe("stale unknown");
    await settle();
    await runJob(expireAnswers());
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "stale" });
  });

  test("turns stale what was stale when the pause began", async () => {
    const { id, policyId } = await answered(1, { interval: 60 });
    await age(id, HOUR_MS);
    await pause(policyId, true);
    expect(await shown(id, policyId)).toBe("stale pass");
    await runJob(expireAnswers());
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "stale" });
  });
});

describe("run now", () => {
  test("asks every host of the policy again, once, whatever the interval", async () => {
    const { host, policyId, id } = await answered(0, { interval: 604_800 });
    expect(await host.read()).toEqual({});
    await runPolicy(SYSTEM, policyId);
    await agents.app.refresh();
    expect(await host.checkIn()).toEqual([`fleet_policy_query_${policyId}`]);
    expect(await shown(id, policyId)).toBe("pass pass");
    expect(await host.read()).toEqual({});
  });

  test("is spread as new policies are", async () => {
    const { policyId, teamId, host } = await answered(1);
    const others = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const other = new TestHost(agents);
        await other.enroll(teamId);
        await other.checkIn();
        return other;
      }),
    );
    await runPolicy(SYSTEM, policyId);
    await spread.app.refresh();
    const asked = [];
    for (const { nodeKey } of [host, ...others]) {
      const way = new TestHost(spread);
      way.nodeKey = nodeKey;
      asked.push(...Object.keys(await way.read()));
    }
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThan(4);
  });

  test("on some hosts refetches those that the policy asks", async () => {
    const { policyId, id, host } = await answered(1);
    const stranger = new TestHost(agents);
    await stranger.enroll();
    const strangerId = await hostIdOf(stranger.identifier);
    expect(await runPolicyOn(SYSTEM, policyId, [id, strangerId])).toEqual([id]);
    await agents.app.refresh();
    expect(await host.checkIn()).toContain(`fleet_policy_query_${policyId}`);
  });
});

test("a policy with an interval of its own is due by it, and stale by it", async () => {
  const { host, policyId, id } = await answered(1, { interval: 60 });
  const slow = await insertPolicy({ interval: 604_800 }, (await hostTeam(id)) ?? 0);
  await agents.app.refresh();
  await host.checkIn();
  await age(id, 2 * 60_000);
  expect(Object.keys(await host.read())).toEqual([`fleet_policy_query_${policyId}`]);
  await age(id, HOUR_MS);
  expect(await shown(id, policyId)).toBe("stale unknown");
  expect(await shown(id, slow)).toBe("pass unknown");
  await runJob(expireAnswers());
});

async function hostTeam(hostId: number) {
  return (await db.select().from(hosts).where(eq(hosts.id, hostId)))[0]?.teamId;
}

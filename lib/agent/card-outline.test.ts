import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { type Card, readCard, writeCard } from "#lib/membership/card.ts";
import { touchAgents } from "#lib/membership/sql.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { countsOf, hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { CardOutlines, outlinedAnswer } from "./card-outline.ts";

const db = await testDatabase();
const agents = await testAgents();
const HOUR_MS = 3_600_000;

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;
const policies = [await insertPolicy(), await insertPolicy(), await insertPolicy()] as const;
const [first, second] = policies;

/** Hosts whose answers are the same, so that they share all that can be shared. */
async function alike(count: number): Promise<TestHost[]> {
  const hosts = Array.from({ length: count }, () => new TestHost(agents));
  for (const host of hosts) {
    await host.enroll();
    await host.checkIn();
    expect(await host.read()).toEqual({});
  }
  return hosts;
}

const policiesAsked = async (host: TestHost) =>
  Object.keys(await host.read()).filter((name) => name.startsWith("fleet_policy_query_"));

/** Moves answers of a host into the past. */
async function age(host: TestHost, policyIds: readonly number[], byMs: number): Promise<void> {
  const hostId = await hostIdOf(host.identifier);
  await transaction(db, async (tx) => {
    const [row] = await tx.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
    const card = readCard(row?.card ?? null);
    for (const [policyId, entry] of card) {
      if (policyIds.includes(policyId)) entry.evaluatedAtMs -= byMs;
    }
    await tx
      .update(hostAgents)
      .set({ card: writeCard(card) })
      .where(eq(hostAgents.hostId, hostId));
    await touchAgents(tx, [hostId]);
  });
  await agents.app.refresh();
}

test("a policy that is edited is asked of each host until that host has answered", async () => {
  const [host, other] = (await alike(2)) as [TestHost, TestHost];
  await modifyPolicy(SYSTEM, null, first, modifyPolicyBody.parse({ query: "SELECT 2" }));
  await agents.app.refresh();
  expect(await host.checkIn()).toEqual([nameOf(first)]);
  expect(await host.read()).toEqual({});
  expect(await other.read()).toEqual({ [nameOf(first)]: "SELECT 2" });
  await other.answer([nameOf(first)], { [first]: 0 });
  expect(await countsOf(first)).toMatchObject({ pass: 1, fail: 1 });
});

test("hosts asked alike are awaited apart: what one leaves out is still open for it alone", async () => {
  const [host, other] = (await alike(2)) as [TestHost, TestHost];
  const added = [nameOf(await insertPolicy()), nameOf(await insertPolicy())] as const;
  await agents.app.refresh();
  expect(Object.keys(await host.read())).toEqual(added);
  expect(Object.keys(await other.read())).toEqual(added);
  await host.answer([added[0]]);
  await other.answer([...added]);
  await age(other, [first], 2 * HOUR_MS);
  expect(await policiesAsked(other)).toEqual([nameOf(first)]);
  expect(await host.read()).toEqual({});
  await host.answer([added[1]]);
  const id = Number(added[1].replace("fleet_policy_query_", ""));
  expect(await countsOf(id)).toMatchObject({ pass: 2 });
});

test("each answer falls due by its own time, also where other hosts have the same answers", async () => {
  const hosts = (await alike(3)) as [TestHost, TestHost, TestHost];
  await age(hosts[0], [first], 2 * HOUR_MS);
  await age(hosts[1], [second], 2 * HOUR_MS);
  expect(await policiesAsked(hosts[0])).toEqual([nameOf(first)]);
  expect(await policiesAsked(hosts[1])).toEqual([nameOf(second)]);
  expect(await policiesAsked(hosts[2])).toEqual([]);
  await hosts[0].answer([nameOf(first)]);
  expect(await hosts[0].read()).toEqual({});
});

test("a shared outline with a host's own times says what its card says", () => {
  const outlines = new CardOutlines();
  const random = (below: number) => Math.floor(Math.random() * below);
  for (let round = 0; round < 500; round++) {
    const card: Card = new Map();
    const size = random(5);
    for (let policyId = 1; policyId <= size; policyId++) {
      const evaluatedAtMs = 1_700_000_000_000 + random(3);
      const answer = { policyId, revision: 1 + random(2), evaluatedAtMs };
      const state = random(2) ? "pass" : "stale";
      card.set(policyId, { ...answer, state, passes: null, isExempt: false });
    }
    const outlined = outlines.of(writeCard(card));
    for (let policyId = 1; policyId <= 5; policyId++) {
      const { revision, evaluatedAtMs } = card.get(policyId) ?? {};
      const expected = card.has(policyId) ? { revision, evaluatedAtMs } : undefined;
      expect(outlinedAnswer(outlined, policyId)).toEqual(expected);
    }
  }
  expect(outlines.of(null).outline.size).toBe(0);
});

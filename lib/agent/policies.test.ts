import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { moveHostsToTeam } from "#lib/membership/membership.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import {
  countsOf,
  hostIdOf,
  insertOldPolicy,
  insertPolicy,
  membershipOf,
  transitionsOf,
} from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;
const edit = (id: number, patch: Record<string, unknown>) =>
  modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse(patch));

async function enrolled(platform = "darwin", teamId: number | null = null) {
  const host = new TestHost(agents, platform);
  await host.enroll(teamId);
  await host.checkIn();
  return { host, hostId: await hostIdOf(host.identifier) };
}

describe("an answer", () => {
  test("with rows is a pass, without a fail, with a status an error that keeps the last answer", async () => {
    const policyId = await insertOldPolicy();
    const { host, hostId } = await enrolled();
    const before = await countsOf(policyId);
    expect(before).toEqual({ pass: 1, fail: 0, error: 0 });

    await host.answer([nameOf(policyId)], { [policyId]: 0 });
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "fail", passes: false });

    await host.answer([nameOf(policyId)], { [policyId]: "no such table: alf" });
    expect(await membershipOf(hostId, policyId)).toMatchObject({
      state: "error",
      passes: false,
      error: "no such table: alf",
    });
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 0, error: 1 });
    expect(await transitionsOf(hostId, policyId)).toEqual([
      "pending>pass",
      "pass>fail",
      "fail>error",
    ]);
  });

  test("that changes nothing writes no row and no history, and moves the time it was confirmed", async () => {
    const policyId = await insertOldPolicy();
    const { host, hostId } = await enrolled();
    const row = await membershipOf(hostId, policyId);
    await host.answer([nameOf(policyId)]);
    await host.answer([nameOf(policyId)]);
    expect(await membershipOf(hostId, policyId)).toEqual(row);
    expect(await transitionsOf(hostId, policyId)).toEqual(["pending>pass"]);
  });

  test("posted twice counts once", async () => {
    const policyId = await insertOldPolicy();
    const { host } = await enrolled();
    await Promise.all([1, 2, 3].map(() => host.answer([nameOf(policyId)], { [policyId]: 0 })));
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 1, error: 0 });
  });

  test("to a policy of another team or platform is not taken", async () => {
    const teamId = await insertTeam();
    const ofTeam = await insertOldPolicy({}, teamId);
    const ofWindows = await insertOldPolicy({ platform: "windows" });
    const { host, hostId } = await enrolled();
    await host.answer([nameOf(ofTeam), nameOf(ofWindows)]);
    expect(await membershipOf(hostId, ofTeam)).toBeUndefined();
    expect(await membershipOf(hostId, ofWindows)).toBeUndefined();
  });

  test("sets the host's verdict, counting critical policies", async () => {
    const policyId = await insertOldPolicy({ critical: true });
    const { host, hostId } = await enrolled();
    const verdict = async () => (await db.select().from(hosts).where(eq(hosts.id, hostId)))[0];
    expect(await verdict()).toMatchObject({ verdict: "pass", failingPoliciesCount: 0 });
    await host.answer([nameOf(policyId)], { [policyId]: 0 });
    expect(await verdict()).toMatchObject({
      verdict: "fail",
      failingPoliciesCount: 1,
      failingCriticalPoliciesCount: 1,
    });
    await deletePolicies(SYSTEM, null, [policyId]);
  });
});

describe("a policy", () => {
  test("made while a host is online is asked at its next check-in, once", async () => {
    const { host } = await enrolled();
    expect(await host.read()).toEqual({});
    const policyId = await insertPolicy({ query: "SELECT 2;" });
    await agents.app.refresh();
    expect(await host.read()).toEqual({ [nameOf(policyId)]: "SELECT 2;" });
    // Not asked again while the answer is awaited.
    expect(await host.read()).toEqual({});
    await host.answer([nameOf(policyId)]);
    expect(await host.read()).toEqual({});
  });

  test("that is edited starts over: old answers stop counting at once, the new SQL is asked", async () => {
    const policyId = await insertPolicy();
    const { host, hostId } = await enrolled();
    const { policyUpdatedAt } = await agentOf(hostId);
    await edit(policyId, { query: "SELECT 3" });
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 0, error: 0 });
    await agents.app.refresh();
    expect(await host.read()).toEqual({ [nameOf(policyId)]: "SELECT 3" });
    await host.answer([nameOf(policyId)], { [policyId]: 0 });
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 1, error: 0 });
    expect(await transitionsOf(hostId, policyId)).toEqual(["pending>pass", "pending>fail"]);
    expect(policyUpdatedAt).not.toBeNull();
  });

  test("edited while a host works on the old SQL does not take that answer", async () => {
    const policyId = await insertPolicy();
    const { host, hostId } = await enrolled();
    await edit(policyId, { query: "SELECT 4" });
    await agents.app.refresh();
    await host.read();
    await edit(policyId, { query: "SELECT 5" });
    await host.answer([nameOf(policyId)], { [policyId]: 0 });
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 0, error: 0 });
    await agents.app.refresh();
    expect(await host.read()).toEqual({ [nameOf(policyId)]: "SELECT 5" });
    await host.answer([nameOf(policyId)]);
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "pass", revision: 3 });
  });

  test("that leaves a platform retires the answers there, and asks anew when it comes back", async () => {
    const policyId = await insertPolicy({ platform: "darwin,linux" });
    const mac = await enrolled("darwin");
    const linux = await enrolled("ubuntu");
    expect(await countsOf(policyId)).toMatchObject({ pass: 2 });
    await edit(policyId, { platform: "darwin" });
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
    expect(await membershipOf(linux.hostId, policyId)).toBeUndefined();
    expect((await transitionsOf(linux.hostId, policyId)).at(-1)).toBe("pass>not_applicable");

    await edit(policyId, { platform: "darwin,linux" });
    await agents.app.refresh();
    expect(await mac.host.read()).toEqual({});
    expect(await linux.host.checkIn()).toEqual([nameOf(policyId)]);
    expect(await countsOf(policyId)).toMatchObject({ pass: 2 });
  });

  test("has its own interval, and a deleted one is asked no more", async () => {
    const policyId = await insertPolicy({ interval: 60 });
    const { host } = await enrolled();
    await deletePolicies(SYSTEM, null, [policyId]);
    await agents.app.refresh();
    await db.update(hostAgents).set({ card: null, changedAt: new Date() });
    expect(Object.keys(await host.read())).not.toContain(nameOf(policyId));
  });
});

const agentOf = async (hostId: number) => {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  if (!row) throw new Error("no such host");
  return row;
};

describe("a host that changes team", () => {
  test("takes its answers to global policies along and leaves those of the old team", async () => {
    const [from, to] = [await insertTeam(), await insertTeam()];
    const everywhere = await insertPolicy();
    const ofOld = await insertPolicy({}, from);
    const ofNew = await insertPolicy({}, to);
    const { host, hostId } = await enrolled("darwin", from);
    expect(await countsOf(ofOld)).toMatchObject({ pass: 1 });
    await transaction(db, (tx) => moveHostsToTeam(tx, [hostId], to));
    expect(await countsOf(ofOld)).toMatchObject({ pass: 0 });
    expect(await countsOf(everywhere)).toMatchObject({ pass: 1 });
    await agents.app.refresh();
    expect(await host.checkIn()).toEqual([nameOf(ofNew)]);
    expect(await countsOf(ofNew)).toMatchObject({ pass: 1 });
  });

  test("re-enrolling keeps its answers", async () => {
    const policyId = await insertPolicy();
    const { host, hostId } = await enrolled();
    await host.enroll();
    expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "pass" });
  });
});

describe("an answer that nobody asked for", () => {
  test("does not count for SQL that is new: it may have been given to the old", async () => {
    const policyId = await insertPolicy();
    const host = new TestHost(agents);
    await host.enroll();
    await host.answer([nameOf(policyId)]);
    expect(await countsOf(policyId)).toEqual({ pass: 0, fail: 0, error: 0 });
  });
});

describe("several servers", () => {
  test("an answer taken by one is known to the other, which does not ask again", async () => {
    const other = await new TestAgents().start();
    try {
      const { host } = await enrolled();
      const elsewhere = new TestHost(other);
      elsewhere.nodeKey = host.nodeKey;
      expect(await elsewhere.read()).toEqual({});
      const policyId = await insertPolicy();
      await agents.app.refresh();
      const names = Object.keys(await host.read());
      await elsewhere.answer(names, { [policyId]: 0 });
      expect(await countsOf(policyId)).toMatchObject({ fail: 1 });
      await agents.app.refresh();
      expect(await host.read()).toEqual({});
    } finally {
      await other.stop();
    }
  });
});

import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { readCard } from "#lib/membership/card.ts";
import { moveHostsToTeam } from "#lib/membership/membership.ts";
import { touchAgents } from "#lib/membership/sql.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { countsOf, hostIdOf, insertOldPolicy, insertPolicy } from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const NOTHING = { pass: 0, fail: 0, error: 0 };

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;
const edit = (id: number, query: string) =>
  modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse({ query }));
const agentOf = async (hostId: number) =>
  (await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId)))[0];

async function enrolled(at: TestAgents = agents) {
  const host = new TestHost(at);
  await host.enroll();
  await host.checkIn();
  return host;
}

/** The same host, as it reaches another server. */
function elsewhere(host: TestHost, server: TestAgents): TestHost {
  const same = new TestHost(server);
  same.nodeKey = host.nodeKey;
  return same;
}

async function withServer(
  settings: ConstructorParameters<typeof TestAgents>[0],
  work: (server: TestAgents) => Promise<void>,
) {
  const server = await new TestAgents(settings).start();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

describe("an answer", () => {
  test("found before an edit does not count for the new SQL, whatever was handed out since", async () => {
    // One host a second gets new SQL, and details are always due.
    const slow = { policyRolloutHostsPerSecond: 1, detailUpdateIntervalSeconds: 0 };
    await withServer(slow, async (server) => {
      const [host, other] = [await enrolled(server), await enrolled(server)];
      const policyId = await insertPolicy();
      await server.app.refresh();
      await new Promise((resume) => setTimeout(resume, 1_100));
      const first = Object.keys(await host.read());
      expect(first).toContain(nameOf(policyId));
      await host.answer(first.filter((name) => name !== nameOf(policyId)));
      await edit(policyId, "SELECT 2");
      await server.app.refresh();
      await new Promise((resume) => setTimeout(resume, 1_100));
      await other.read();
      const names = Object.keys(await host.read());
      expect(names).not.toContain(nameOf(policyId));
      await host.answer([...names, nameOf(policyId)]);
      expect(await countsOf(policyId)).toEqual(NOTHING);
    });
  });

  test("found before an edit does not count, although the new SQL went out and was lost", async () => {
    const host = await enrolled();
    const policyId = await insertPolicy();
    await agents.app.refresh();
    await host.read();
    await edit(policyId, "SELECT 2");
    await agents.app.refresh();
    expect(await host.read()).toEqual({ [nameOf(policyId)]: "SELECT 2" });
    await host.answer([nameOf(policyId)]);
    expect(await countsOf(policyId)).toEqual(NOTHING);
    expect(await host.checkIn()).toEqual([nameOf(policyId)]);
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
  });

  test("found before an edit does not count at another server, however late it comes", async () => {
    const host = await enrolled();
    const policyId = await insertPolicy();
    await agents.app.refresh();
    await host.read();
    await edit(policyId, "SELECT 2");
    await transaction(db, (tx) =>
      tx
        .update(policies)
        .set({ queryChangedAt: new Date(Date.now() - 86_400_000) })
        .where(eq(policies.id, policyId)),
    );
    await withServer({}, async (server) => {
      await elsewhere(host, server).answer([nameOf(policyId)]);
      expect(await countsOf(policyId)).toEqual(NOTHING);
    });
  });

  test("to SQL that has long been in force counts at another server than the one that asked", async () => {
    const host = await enrolled();
    const policyId = await insertOldPolicy();
    await agents.app.refresh();
    expect(await host.read()).toEqual({ [nameOf(policyId)]: "SELECT 1" });
    await withServer({}, async (server) => {
      await elsewhere(host, server).answer([nameOf(policyId)]);
      expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
    });
  });

  test("counts although its server remembers an earlier asking, which was answered elsewhere", async () => {
    const host = await enrolled();
    const policyId = await insertOldPolicy();
    await agents.app.refresh();
    await host.read();
    await withServer({ policyUpdateIntervalSeconds: 1 }, async (server) => {
      const there = elsewhere(host, server);
      await there.answer([nameOf(policyId)]);
      await expect.poll(() => there.read(), { timeout: 5_000 }).toHaveProperty(nameOf(policyId));
      await host.answer([nameOf(policyId)], { [policyId]: 0 });
      expect(await countsOf(policyId)).toMatchObject({ pass: 0, fail: 1 });
    });
  });

  test("asked for before a refetch does not end it: what it says was found before", async () => {
    const host = await enrolled();
    const hostId = await hostIdOf(host.identifier);
    const policyId = await insertPolicy();
    const refetch = () =>
      transaction(db, (tx) => touchAgents(tx, [hostId], { refetchRequestedAt: "now" }));
    await refetch();
    await agents.app.refresh();
    const names = Object.keys(await host.read());
    await refetch();
    await host.answer(names);
    const row = await agentOf(hostId);
    expect(row?.refetchRequestedAt).not.toBeNull();
    const asked = readCard(row?.card ?? null).get(policyId)?.evaluatedAtMs;
    expect(asked).toBeLessThan(row?.refetchRequestedAt?.getTime() ?? 0);
    await agents.app.refresh();
    expect(await host.checkIn()).toEqual(expect.arrayContaining(names));
    expect((await agentOf(hostId))?.refetchRequestedAt).toBeNull();
  });
});

test("a host moved by another server while it reports is asked as its new team at once", async () => {
  const teamId = await insertTeam();
  const [ofTeam, everywhere] = [await insertPolicy({}, teamId), await insertPolicy()];
  const host = await enrolled();
  const hostId = await hostIdOf(host.identifier);
  await transaction(db, (tx) => moveHostsToTeam(tx, [hostId], teamId));
  await host.answer([nameOf(everywhere)], { [everywhere]: 0 });
  await agents.app.refresh();
  expect(Object.keys(await host.read())).toEqual([nameOf(ofTeam)]);
});

import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { touchAgents } from "#lib/membership/sql.ts";
import { TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { hostIdOf, insertOldPolicy } from "#lib/testing/policies.ts";

const db = await testDatabase();
const agents = await testAgents();
const policyId = await insertOldPolicy();
const POLICY = `fleet_policy_query_${policyId}`;

async function enrolled() {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  return { host, hostId: await hostIdOf(host.identifier) };
}

const isRefetching = async (hostId: number) => {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  return row?.refetchRequestedAt !== null;
};

const request = (hostId: number) =>
  transaction(db, (tx) => touchAgents(tx, [hostId], { refetchRequestedAt: "now" }));

async function refetch(hostId: number) {
  await request(hostId);
  await agents.app.refresh();
}

test("brings all details and policies at the next check-in, and is then done", async () => {
  const { host, hostId } = await enrolled();
  expect(await isRefetching(hostId)).toBe(false);
  await refetch(hostId);
  const names = await host.checkIn();
  expect(names).toContain(POLICY);
  expect(names).toContain("fleet_detail_query_system_info");
  expect(await isRefetching(hostId)).toBe(false);
  expect(await host.read()).toEqual({});
});

test("makes the host come again every 5 s for a while, and what is merely due does not", async () => {
  const { host, hostId } = await enrolled();
  await insertOldPolicy();
  await agents.app.refresh();
  expect((await host.post("distributed/read")).json).not.toHaveProperty("accelerate");
  await refetch(hostId);
  // An integer: osquery passes over anything else.
  expect((await host.post("distributed/read")).json).toHaveProperty("accelerate", 300);
});

test("is not ended by another answer that arrives first", async () => {
  const { host, hostId } = await enrolled();
  await refetch(hostId);
  await host.post("distributed/write", { queries: { fleet_distributed_query_1: [{}] } });
  await host.answer([POLICY]);
  expect(await isRefetching(hostId)).toBe(true);
  expect(await host.checkIn()).toContain("fleet_detail_query_system_info");
  expect(await isRefetching(hostId)).toBe(false);
});

test("pressed while earlier work is out is handed out as well, at once", async () => {
  const { host, hostId } = await enrolled();
  await refetch(hostId);
  await host.read();
  // The server's idea of the database's clock is good to a few milliseconds.
  await new Promise((resume) => setTimeout(resume, 100));
  await refetch(hostId);
  expect(Object.keys(await host.read())).toContain(POLICY);
});

test("pressed at one server is served and completed by another", async () => {
  const { host, hostId } = await enrolled();
  await refetch(hostId);
  const other = await new TestAgents().start();
  try {
    const elsewhere = new TestHost(other);
    elsewhere.nodeKey = host.nodeKey;
    const names = Object.keys(await host.read());
    await elsewhere.answer(names);
    expect(await isRefetching(hostId)).toBe(false);
  } finally {
    await other.stop();
  }
});

test("outlives a restart of the server", async () => {
  const { host, hostId } = await enrolled();
  await request(hostId);
  const restarted = await new TestAgents().start();
  try {
    const same = new TestHost(restarted);
    same.nodeKey = host.nodeKey;
    expect(await same.checkIn()).toContain(POLICY);
    expect(await isRefetching(hostId)).toBe(false);
  } finally {
    await restarted.stop();
  }
});

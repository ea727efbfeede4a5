import { eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { GET as attest } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { hostAgents, hostSeen } from "#db/schema/hosts.ts";
import { leases } from "#db/schema/system.ts";
import { ServerClock } from "#lib/agent/clock.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { refetchHost } from "#lib/hosts/manage.ts";
import { readCard, writeCard } from "#lib/membership/card.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { runJob } from "#lib/testing/jobs.ts";
import { hostIdOf, insertOldPolicy, membershipOf } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";
import { takeLease } from "./lease.ts";
import { mendTimes } from "./mend-times.ts";

const HOUR_MS = 3_600_000;

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();
const policyId = await insertOldPolicy({ critical: true });
const POLICY = `fleet_policy_query_${policyId}`;

const agentOf = async (hostId: number) => {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  if (!row) throw new Error(`no host ${hostId}`);
  return row;
};

/** What a database leaves behind whose clock was an hour ahead while the host was heard. */
async function leaveInFuture(hostId: number): Promise<void> {
  const row = await agentOf(hostId);
  const card = readCard(row.card);
  for (const entry of card.values()) entry.evaluatedAtMs += HOUR_MS;
  const later = (at: Date | null) => at && new Date(at.getTime() + HOUR_MS);
  await db
    .update(hostAgents)
    .set({
      card: writeCard(card),
      changedAt: new Date(row.changedAt.getTime() + HOUR_MS),
      policyUpdatedAt: later(row.policyUpdatedAt),
      detailUpdatedAt: later(row.detailUpdatedAt),
      refetchRequestedAt: later(row.refetchRequestedAt),
      deadlineAt: later(row.deadlineAt),
      revision: row.revision + 1,
    })
    .where(eq(hostAgents.hostId, hostId));
  const seenAt = new Date(Date.now() + HOUR_MS);
  await db.update(hostSeen).set({ seenAt }).where(eq(hostSeen.hostId, hostId));
  await agents.app.refresh();
}

async function fromFuture() {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  const hostId = await hostIdOf(host.identifier);
  await leaveInFuture(hostId);
  return { host, hostId };
}

const verdictOf = async ({ identifier }: TestHost) =>
  (await request(attest, { token: world.admin.token, params: { identifier } })).body.verdict;

test("an answer counts although the one before is of a time that has not come", async () => {
  const { host, hostId } = await fromFuture();
  await host.answer([POLICY], { [POLICY]: 0 });
  expect(await membershipOf(hostId, policyId)).toMatchObject({ state: "fail" });
  expect(await verdictOf(host)).toBe("fail");
});

test("what was answered stands, is as old as an interval, and is asked for again at once", async () => {
  const { host, hostId } = await fromFuture();
  expect(await host.read()).toEqual({});
  await runJob(mendTimes());
  const entry = readCard((await agentOf(hostId)).card).get(policyId);
  expect(entry?.evaluatedAtMs).toBeLessThanOrEqual(Date.now() - HOUR_MS + 5_000);
  expect(await verdictOf(host)).toBe("pass");
  await expectConsistent(db);
  await agents.app.refresh();
  expect(Object.keys(await host.read())).toContain(POLICY);
});

test("a refetch is asked and done again, and contact is of now", async () => {
  const { host, hostId } = await fromFuture();
  await runJob(mendTimes());
  await agents.app.refresh();
  await host.checkIn();
  await refetchHost(SYSTEM, hostId);
  await agents.app.refresh();
  expect(await host.checkIn()).toContain("fleet_detail_query_system_info");
  expect((await agentOf(hostId)).refetchRequestedAt).toBeNull();
  const [seen] = await db.select().from(hostSeen).where(eq(hostSeen.hostId, hostId));
  expect(seen?.seenAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
});

test("contact alone is of now too, when the clock came back", async () => {
  const { hostId } = await fromFuture();
  await runJob(mendTimes());
  const seenAt = new Date(Date.now() + HOUR_MS);
  await db.update(hostSeen).set({ seenAt }).where(eq(hostSeen.hostId, hostId));
  await runJob(mendTimes());
  const [seen] = await db.select().from(hostSeen).where(eq(hostSeen.hostId, hostId));
  expect(seen?.seenAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
});

test("deleted hosts do not keep it busy, and what is in order is not written", async () => {
  const { hostId } = await fromFuture();
  await db
    .update(hostAgents)
    .set({ deletedAt: new Date(), nodeKeyHash: null, card: null })
    .where(eq(hostAgents.hostId, hostId));
  await db.$client.query("DELETE FROM hosts WHERE id = ?", [hostId]);
  await runJob(mendTimes());
  const mended = await agentOf(hostId);
  expect(mended.changedAt.getTime()).toBeLessThan(Date.now() + 1_000);
  await runJob(mendTimes());
  expect((await agentOf(hostId)).changedAt).toEqual(mended.changedAt);
});

/** Has the server hand out its work while the database's clock is an hour ahead, and come back. */
async function askedAhead() {
  const host = new TestHost(agents);
  await host.enroll();
  const { adjust } = ServerClock.prototype;
  const ahead = vi.spyOn(ServerClock.prototype, "adjust").mockImplementation(function (
    this: ServerClock,
    databaseMs,
    ...between
  ) {
    adjust.call(this, databaseMs + HOUR_MS, ...between);
  });
  try {
    await agents.app.refresh();
    expect(Object.keys(await host.read())).toContain(POLICY);
  } finally {
    ahead.mockRestore();
  }
  await agents.app.refresh();
  return host;
}

test("an answer that was asked for then is no younger than its arrival", async () => {
  const host = await askedAhead();
  await host.answer([POLICY]);
  const { card } = await agentOf(await hostIdOf(host.identifier));
  expect(readCard(card).get(policyId)?.evaluatedAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
});

test("what was handed out then and never answered is handed out again", async () => {
  const host = await askedAhead();
  expect(Object.keys(await host.read())).toContain(POLICY);
});

test("a lease that was taken then is taken over", async () => {
  expect(await takeLease(db, "test", "one")).toBe(true);
  expect(await takeLease(db, "test", "another")).toBe(false);
  const expiresAt = new Date(Date.now() + HOUR_MS);
  await db.update(leases).set({ expiresAt }).where(eq(leases.name, "test"));
  expect(await takeLease(db, "test", "another")).toBe(true);
  expect(await takeLease(db, "test", "one")).toBe(false);
});

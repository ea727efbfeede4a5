import { setTimeout as sleep } from "node:timers/promises";
import { inArray, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { policyMembership, policyTransitions } from "#db/schema/policies.ts";
import { database } from "#lib/database.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { countsOf, hostIdOf, insertOldPolicy, transitionsOf } from "#lib/testing/policies.ts";
import { readCard } from "./card.ts";

const db = await testDatabase();
const agents = await testAgents();

const HOSTS = 24;

/** What `work` sends is committed together, once the lock on what all commits need is let go. */
function inOneCommit(work: () => Promise<unknown>[]): Promise<unknown> {
  let sent: Promise<unknown>[] = [];
  // Where the agents are: on a cluster, a lock holds at its node.
  return transaction(database("agents"), async (tx) => {
    await tx.execute(sql`SELECT value FROM revisions WHERE name = 'policies' FOR UPDATE`);
    sent = work();
    await sleep(300);
  }).then(() => Promise.all(sent));
}

async function fleet(size: number) {
  const hosts = Array.from({ length: size }, () => new TestHost(agents));
  for (const host of hosts) {
    await host.enroll();
    await host.checkIn();
  }
  const ids = await Promise.all(hosts.map((host) => hostIdOf(host.identifier)));
  return { hosts, ids };
}

test("hosts that change alike in one commit each keep row, time, history and count", async () => {
  const first = await insertOldPolicy();
  // Of the same hosts and alike, so written together.
  const [second, third] = [await insertOldPolicy(), await insertOldPolicy()];
  const names = [first, second, third].map((id) => `fleet_policy_query_${id}`);
  const { hosts, ids } = await fleet(HOSTS);
  const [twice] = hosts;
  await inOneCommit(() => [
    ...hosts.map((host) => host.answer(names, { [first]: 0, [second]: 0, [third]: 0 })),
    ...(twice ? [twice.answer(names, { [first]: 1, [second]: 0, [third]: 0 })] : []),
  ]);

  const { values } = await agents.metrics.commitRows.get();
  const commitsUpTo = (le: number | string) =>
    values.find(
      ({ labels }) => labels.buffer === "reports" && (labels as { le?: unknown }).le === le,
    )?.value ?? 0;
  // One held more than ten hosts, or this test shows nothing.
  expect(commitsUpTo("+Inf")).toBeGreaterThan(commitsUpTo(10));
  for (const id of [second, third]) {
    expect(await countsOf(id)).toEqual({ pass: 0, fail: HOSTS, error: 0 });
  }
  expect(await countsOf(first)).toEqual({ pass: 1, fail: HOSTS - 1, error: 0 });
  const cards = await db.select().from(hostAgents).where(inArray(hostAgents.hostId, ids));
  const evaluatedAt = new Map(
    cards.map(({ hostId, card }) => [hostId, readCard(card).get(second)?.evaluatedAtMs]),
  );
  const rows = await db.select().from(policyMembership);
  for (const row of rows.filter(({ policyId }) => policyId !== first)) {
    expect(row).toMatchObject({ state: "fail", passes: false, error: null });
    if (row.hostId !== ids[0]) {
      expect(row.since.getTime()).toBe(evaluatedAt.get(row.hostId));
    }
  }
  for (const hostId of ids.slice(1)) {
    for (const id of [first, second, third]) {
      expect(await transitionsOf(hostId, id)).toEqual(["pending>pass", "pass>fail"]);
    }
  }
  expect(await transitionsOf(ids[0] ?? 0, first)).toEqual([
    "pending>pass",
    "pass>fail",
    "fail>pass",
  ]);
  const history = await db.select().from(policyTransitions);
  expect(history).toHaveLength(HOSTS * 6 + 1);
});

test("a membership row that is missing is made anew, and hosts are answered all the same", async () => {
  const policyId = await insertOldPolicy();
  const { hosts, ids } = await fleet(HOSTS);
  const [lost = 0] = ids;
  await db.execute(
    sql`DELETE FROM policy_membership WHERE host_id = ${lost} AND policy_id = ${policyId}`,
  );
  await inOneCommit(() =>
    hosts.map((host) => host.answer([`fleet_policy_query_${policyId}`], { [policyId]: 0 })),
  );
  const rows = await db.select().from(policyMembership);
  const failing = rows.filter((row) => row.policyId === policyId && row.state === "fail");
  expect(failing).toHaveLength(HOSTS);
});

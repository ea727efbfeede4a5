import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { POST as reset } from "#app/api/v1/fleet/automations/reset/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policies, policyTransitions } from "#db/schema/policies.ts";
import { deliveries, webhookPolicies } from "#db/schema/webhooks.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { publishEnv } from "#lib/env.ts";
import { createExemption, endExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { settle } from "#lib/testing/jobs.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { deliverDue, findFailing, type Receiver, testReceiver } from "#lib/testing/receiver.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";
import type { WebhookPatch } from "#lib/webhooks/change.ts";
import { getWebhook, updateWebhookSettings } from "#lib/webhooks/webhooks.ts";
import { takeNews } from "./news.ts";

publishEnv(["--webhook-private-addresses"]);
const db = await testDatabase();
const agents = await testAgents();
const receiver: Receiver = await testReceiver();

beforeEach(async () => {
  await updateSettings(SYSTEM, { webhookIntervalSeconds: 1 });
  receiver.received = [];
});

const choose = (teamId: number | null, patch: WebhookPatch) =>
  updateWebhookSettings(SYSTEM, {
    kind: "failing_policies",
    teamId,
    url: receiver.url,
    enabled: true,
    ...patch,
  });

/** A team with a policy whose failing hosts are told of. */
async function watched(patch: WebhookPatch = {}) {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({}, teamId);
  await choose(teamId, { policyIds: [policyId], ...patch });
  await findFailing();
  return { teamId, policyId };
}

/** Whom receivers heard of in one round, delivery by delivery. */
async function told(): Promise<number[][]> {
  await db.update(webhookPolicies).set({ toldAt: null });
  receiver.received = [];
  await findFailing();
  await deliverDue();
  return receiver.received.map(({ body }) => body.hosts.map(({ id }: { id: number }) => id));
}

const say = (hostId: number, policyId: number, state: "pass" | "fail" | "error" | "stale") =>
  answer(hostId, policyId, state, { at: new Date() });

const setPaused = (policyId: number, pausedAt: Date | null) =>
  db.update(policies).set({ pausedAt }).where(eq(policies.id, policyId));

const exemptHost = (hostId: number, policyId: number) =>
  createExemption(
    SYSTEM,
    createExemptionBody.parse({
      policy_id: policyId,
      host_id: hostId,
      reason: "A reason",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );

accessTable({
  "POST /automations/reset of a team": [
    reset,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { team_ids: [w.teamId], policy_ids: [] } }),
  ],
  "POST /automations/reset of a policy of all teams": [
    reset,
    [200, 200, 403, 403, 403, 401],
    async () => ({ body: { policy_ids: [await insertPolicy()] } }),
  ],
});

describe("who newly fails a policy with a webhook", () => {
  test("is told of once, from no answer and from a pass alike, and again after a pass", async () => {
    const { teamId, policyId } = await watched();
    const [a, b] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await say(b, policyId, "pass");
    expect(await told()).toEqual([]);
    await say(a, policyId, "fail");
    await say(b, policyId, "fail");
    expect(await told()).toEqual([[a, b]]);
    expect(await told()).toEqual([]);
    await say(a, policyId, "pass");
    expect(await told()).toEqual([]);
    await say(a, policyId, "fail");
    expect(await told()).toEqual([[a]]);
  });

  test("is not told of again after an error or staleness of the same fail", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
    for (const between of ["error", "stale"] as const) {
      await say(host, policyId, between);
      expect(await told()).toEqual([]);
      await say(host, policyId, "fail");
      expect(await told()).toEqual([]);
    }
    await say(host, policyId, "error");
    await say(host, policyId, "pass");
    await say(host, policyId, "error");
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
  });

  test("is told of again when it passed and failed between two looks", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
    await say(host, policyId, "pass");
    await answer(host, policyId, "fail", { at: new Date(Date.now() + 5) });
    expect(await told()).toEqual([[host]]);
  });

  test("is found by an answer an hour old, without any row of history: late commits are not missed", async () => {
    const { teamId, policyId } = await watched();
    const armedAt = new Date(Date.now() - 7_200_000);
    await db.update(webhookPolicies).set({ armedAt }).where(eq(webhookPolicies.policyId, policyId));
    const [early, late] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await say(early, policyId, "fail");
    expect(await told()).toEqual([[early]]);
    await answer(late, policyId, "fail", { at: new Date(Date.now() - 3_600_000) });
    await db.delete(policyTransitions).where(eq(policyTransitions.hostId, late));
    expect(await told()).toEqual([[late]]);
  });

  test("is left out when it recovers, is deleted or is exempt before it is sent", async () => {
    const { teamId, policyId } = await watched();
    const [stays, recovers, goes, exempt] = [
      await insertHost({ teamId }),
      await insertHost({ teamId }),
      await insertHost({ teamId }),
      await insertHost({ teamId }),
    ];
    for (const host of [stays, recovers, goes, exempt]) await say(host, policyId, "fail");
    await findFailing();
    await say(recovers, policyId, "pass");
    await db.delete(hosts).where(eq(hosts.id, goes));
    const { id } = await exemptHost(exempt, policyId);
    await settle();
    await deliverDue();
    expect(
      receiver.received.map(({ body }) => body.hosts.map((h: { id: number }) => h.id)),
    ).toEqual([[stays]]);
    expect(await told()).toEqual([]);
    await endExemption(SYSTEM, id);
    await settle();
    expect(await told()).toEqual([[exempt]]);
  });

  test("is not told of while it is exempt, nor again when the exemption of a known fail ends", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
    const { id } = await exemptHost(host, policyId);
    await settle();
    expect(await told()).toEqual([]);
    await endExemption(SYSTEM, id);
    await settle();
    expect(await told()).toEqual([]);
  });

  test("is not told of while the policy is paused, and is afterwards", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    await findFailing();
    await setPaused(policyId, new Date());
    await deliverDue();
    expect(receiver.received).toEqual([]);
    expect(await told()).toEqual([]);
    await setPaused(policyId, null);
    expect(await told()).toEqual([[host]]);
  });

  test("is told of anew after the SQL was edited", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
    await modifyPolicy(SYSTEM, teamId, policyId, modifyPolicyBody.parse({ query: "SELECT 2" }));
    expect(await told()).toEqual([]);
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
  });
});

test("agents' answers are committed whatever becomes of webhooks' tables: they cost them nothing", async () => {
  const { teamId, policyId } = await watched();
  const host = new TestHost(agents);
  await host.enroll(teamId);
  const names = Object.keys(await host.read());
  const holder = await db.$client.getConnection();
  await holder.query(
    "LOCK TABLES webhooks WRITE, webhook_policies WRITE, webhook_hosts WRITE, deliveries WRITE",
  );
  const answered = await host.answer(names, { [policyId]: 0 });
  await holder.query("UNLOCK TABLES");
  holder.release();
  expect(answered.status).toBe(200);
  expect(await told()).toEqual([[await hostIdOf(host.identifier)]]);
});

describe("switching on", () => {
  test("tells nothing of who failed already, whether it fails or is in error since", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({}, teamId);
    const [failing, erring] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await answer(failing, policyId, "fail");
    await answer(erring, policyId, "fail", { at: new Date(Date.now() - 2_000) });
    await answer(erring, policyId, "error");
    await choose(teamId, { policyIds: [policyId] });
    expect(await told()).toEqual([]);
    await say(erring, policyId, "fail");
    expect(await told()).toEqual([]);
    const next = await insertHost({ teamId });
    await say(next, policyId, "fail");
    expect(await told()).toEqual([[next]]);
  });

  test("tells nothing of what began while it was off", async () => {
    const { teamId, policyId } = await watched();
    await choose(teamId, { enabled: false });
    const host = await insertHost({ teamId });
    await answer(host, policyId, "fail");
    expect(await told()).toEqual([]);
    await choose(teamId, { enabled: true });
    expect(await told()).toEqual([]);
  });

  test("a reset tells of all who fail, of named policies and of a team's", async () => {
    const { teamId, policyId } = await watched();
    const other = await watched();
    const [host, passing] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await say(host, policyId, "fail");
    await say(passing, policyId, "pass");
    const elsewhere = await insertHost({ teamId: other.teamId });
    await say(elsewhere, other.policyId, "fail");
    expect((await told()).flat().sort()).toEqual([host, elsewhere].sort());
    const { token } = (await createWorld()).admin;
    await request(reset, { token, body: { policy_ids: [policyId] } });
    expect(await told()).toEqual([[host]]);
    await request(reset, { token, body: { team_ids: [other.teamId] } });
    expect(await told()).toEqual([[elsewhere]]);
    expect(await told()).toEqual([]);
  });
});

describe("deliveries", () => {
  test("have as many hosts as a batch may have, in order of id", async () => {
    const { teamId, policyId } = await watched({ hostBatchSize: 2 });
    const five = await Promise.all(Array.from({ length: 5 }, () => insertHost({ teamId })));
    for (const host of five) await say(host, policyId, "fail");
    const sorted = [...five].sort((a, b) => a - b);
    expect(await told()).toEqual([sorted.slice(0, 2), sorted.slice(2, 4), sorted.slice(4)]);
  });

  test("about one policy are an interval apart, and hosts that fail meanwhile go together", async () => {
    await updateSettings(SYSTEM, { webhookIntervalSeconds: 3_600 });
    const { teamId, policyId } = await watched();
    const [first, second, third] = [
      await insertHost({ teamId }),
      await insertHost({ teamId }),
      await insertHost({ teamId }),
    ];
    await say(first, policyId, "fail");
    await findFailing();
    for (const host of [second, third]) await say(host, policyId, "fail");
    await findFailing();
    await deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect(await told()).toEqual([[second, third]]);
  });

  test("are written once however many workers look at the same time", async () => {
    const { teamId, policyId } = await watched();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    await Promise.all(Array.from({ length: 5 }, () => takeNews(db, policyId)));
    const rows = await db.select().from(deliveries).where(eq(deliveries.policyId, policyId));
    expect(rows.map((row) => row.hostIds)).toEqual([[host]]);
    await deliverDue();
  });

  test("tell once of a host that recovers and fails again while the first still waits", async () => {
    const { teamId, policyId } = await watched();
    const [host, other] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await say(host, policyId, "fail");
    await say(other, policyId, "fail");
    await findFailing();
    await say(host, policyId, "pass");
    await db.update(webhookPolicies).set({ toldAt: null });
    await findFailing();
    await say(host, policyId, "fail");
    await findFailing();
    await deliverDue();
    const heard = receiver.received.flatMap(({ body }) => body.hosts);
    expect(heard.map(({ id }) => id)).toEqual([host, other]);
  });

  test("tell of recoveries where that is switched on, and only of fails that were sent", async () => {
    const { teamId, policyId } = await watched({ tellsRecovered: true });
    const [known, unsent] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await say(known, policyId, "fail");
    expect(await told()).toEqual([[known]]);
    await say(known, policyId, "pass");
    await say(unsent, policyId, "fail");
    await findFailing();
    await say(unsent, policyId, "pass");
    expect(await told()).toEqual([[known]]);
    expect(receiver.received[0]?.headers["muster-event"]).toBe("recovered");
  });

  test("go to the webhook of the policy's own team, and to no other", async () => {
    const { teamId, policyId } = await watched();
    const other = await insertTeam();
    const global = await insertPolicy();
    await choose(other, { policyIds: [], url: receiver.url.replace("/hook", "/other") });
    await choose(null, { policyIds: [global], url: receiver.url.replace("/hook", "/all") });
    await findFailing();
    const host = await insertHost({ teamId });
    await say(host, policyId, "fail");
    await say(host, global, "fail");
    await told();
    const heard = receiver.received.map(({ path, body }) => [path.split("?")[0], body.policy.id]);
    expect(heard.sort()).toEqual([
      ["/all", global],
      ["/hook", policyId],
    ]);
  });

  test("of hosts in no team go to that webhook", async () => {
    const policyId = await insertPolicy({}, 0);
    await choose(0, { policyIds: [policyId] });
    await findFailing();
    const host = await insertHost();
    await say(host, policyId, "fail");
    expect(await told()).toEqual([[host]]);
  });
});

describe("a policy that is chosen", () => {
  test("is chosen no more once it is deleted or of another team", async () => {
    const { teamId, policyId } = await watched();
    const second = await insertPolicy({}, teamId);
    const choice = { kind: "failing_policies", teamId } as const;
    await choose(teamId, { policyIds: [policyId, second] });
    await deletePolicies(SYSTEM, teamId, [second]);
    expect((await getWebhook(SYSTEM, choice)).policyIds).toEqual([policyId]);
    await db
      .update(policies)
      .set({ teamId: await insertTeam() })
      .where(eq(policies.id, policyId));
    expect((await getWebhook(SYSTEM, choice)).policyIds).toEqual([]);
  });

  test("must be one of the team's own", async () => {
    const { teamId } = await watched();
    const global = await insertPolicy();
    await expect(choose(teamId, { policyIds: [global] })).rejects.toThrow("not one of this team's");
  });
});

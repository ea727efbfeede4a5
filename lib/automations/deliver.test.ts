import { createHmac } from "node:crypto";
import { Writable } from "node:stream";
import { asc, eq } from "drizzle-orm";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { POST as renew } from "#app/api/v1/muster/automations/secret/route.ts";
import { POST as sendTest } from "#app/api/v1/muster/automations/test/route.ts";
import { POST as resend } from "#app/api/v1/muster/deliveries/[id]/resend/route.ts";
import { GET as list } from "#app/api/v1/muster/deliveries/route.ts";
import { activities } from "#db/schema/system.ts";
import { deliveries, webhooks } from "#db/schema/webhooks.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { publishEnv } from "#lib/env.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { deliverDue, findFailing, testDeliverer, testReceiver } from "#lib/testing/receiver.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, type World } from "#lib/testing/world.ts";
import { newDelivery } from "#lib/webhooks/deliveries.ts";
import { claimDelivery, insertDeliveries } from "#lib/webhooks/sql.ts";
import { updateWebhookSettings } from "#lib/webhooks/webhooks.ts";

publishEnv(["--webhook-private-addresses"]);
const db = await testDatabase();
const receiver = await testReceiver();
const world: World = await createWorld();

beforeEach(async () => {
  receiver.answer = (response) => response.writeHead(204).end();
  // What other tests left.
  await deliverDue();
  receiver.received = [];
});

const kind = "failing_policies";

/** A team whose policy is told of, and a host that begins to fail it; nothing is sent yet. */
async function failing(url = receiver.url) {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({ critical: true }, teamId);
  await updateWebhookSettings(SYSTEM, { kind, teamId, enabled: true, url, policyIds: [policyId] });
  await findFailing();
  const hostId = await insertHost({ teamId, computerName: "Ana's laptop" });
  await answer(hostId, policyId, "fail", { at: new Date() });
  await findFailing();
  return { teamId, policyId, hostId };
}

async function deliveriesOf(teamId: number) {
  return db
    .select()
    .from(deliveries)
    .where(eq(deliveries.teamKey, teamId))
    .orderBy(asc(deliveries.id));
}

const lastOf = async (teamId: number) => (await deliveriesOf(teamId)).at(-1);

/** As if the wait after an attempt were over. */
const makeDue = (teamId: number) =>
  db
    .update(deliveries)
    .set({ nextAttemptAt: new Date(Date.now() - 1_000) })
    .where(eq(deliveries.teamKey, teamId));

const addDelivery = (teamId: number) =>
  insertDeliveries(db, [
    newDelivery({ kind, teamKey: teamId }, { event: "test" }, new Date(Date.now() - 1_000)),
  ]);

accessTable({
  "GET /deliveries of all teams": [list, [200, 200, 200, 403, 403, 401]],
  "GET /deliveries of a team": [
    list,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ query: { team_id: w.teamId } }),
  ],
  "GET /deliveries of activities": [
    list,
    [200, 403, 403, 403, 403, 401],
    () => ({ query: { kind: "activities" } }),
  ],
  "POST /automations/test": [
    sendTest,
    [200, 200, 403, 200, 403, 401],
    async (w) => {
      const { teamId } = w;
      await updateWebhookSettings(SYSTEM, { kind, teamId, url: receiver.url });
      return { body: { team_id: teamId } };
    },
  ],
  "POST /automations/secret": [
    renew,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { team_id: w.teamId } }),
  ],
  "POST /deliveries/{id}/resend": [
    resend,
    [200, 200, 403, 200, 403, 401],
    async (w) => {
      const id = await addDelivery(w.teamId);
      await db.update(deliveries).set({ status: "sent" }).where(eq(deliveries.id, id));
      return { params: { id } };
    },
  ],
  "POST /deliveries/{id}/resend of one that is not there": [
    resend,
    [404, 404, 403, 403, 403, 401],
    () => ({ params: { id: 999_999_999 } }),
  ],
});

describe("what is sent", () => {
  test("is Fleet's payload, with the host's display name and its page", async () => {
    const { policyId, hostId } = await failing();
    await deliverDue();
    const [sent] = receiver.received;
    expect(Object.keys(sent?.body)).toEqual(["timestamp", "policy", "hosts"]);
    const policy = await getPolicy(SYSTEM, policyId);
    expect(sent?.body.policy).toEqual({ ...policy, fleet_id: policy.team_id });
    expect(sent?.body.policy.failing_host_count).toBe(1);
    expect(sent?.body.hosts).toEqual([
      {
        id: hostId,
        hostname: expect.stringMatching(/^host-/),
        display_name: "Ana's laptop",
        url: expect.stringMatching(new RegExp(`^http.*/hosts/${hostId}$`)),
      },
    ]);
  });

  test("is signed by a secret that is told once and stored encrypted", async () => {
    const { teamId } = await failing();
    const { body } = await request(renew, { token: world.admin.token, body: { team_id: teamId } });
    await deliverDue();
    const [sent] = receiver.received;
    const { "webhook-id": id, "webhook-timestamp": at } = sent?.headers ?? {};
    const key = Buffer.from(body.secret.replace(/^whsec_/, ""), "base64");
    const signature = createHmac("sha256", key)
      .update(`${id}.${at}.${sent?.text}`)
      .digest("base64");
    expect(sent?.headers["webhook-signature"]).toBe(`v1,${signature}`);
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    const stored = JSON.stringify(await db.select().from(webhooks));
    const recorded = JSON.stringify(await db.select().from(activities));
    for (const secret of [body.secret, "t0ps3cret"]) {
      expect(stored).not.toContain(secret);
      expect(recorded).not.toContain(secret);
    }
  });

  test("as a test goes out while the webhook is off", async () => {
    const teamId = await insertTeam();
    await updateWebhookSettings(SYSTEM, { kind, teamId, url: receiver.url });
    await request(sendTest, { token: world.admin.token, body: { team_id: teamId } });
    await deliverDue();
    expect(receiver.received[0]?.headers["muster-event"]).toBe("test");
    expect(receiver.received[0]?.body.hosts).toHaveLength(1);
    expect((await lastOf(teamId))?.status).toBe("sent");
  });
});

describe("a receiver", () => {
  test("that fails is tried again with the same id, until it takes it, and then no more", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.writeHead(500).end("out of order");
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({
      status: "waiting",
      attempts: 1,
      responseStatus: 500,
      error: "The receiver answered 500: out of order",
    });
    await deliverDue();
    expect(receiver.received).toHaveLength(1);
    receiver.answer = (response) => response.writeHead(200).end();
    await makeDue(teamId);
    await deliverDue();
    await makeDue(teamId);
    await deliverDue();
    expect(receiver.received).toHaveLength(2);
    const [first, second] = receiver.received.map(({ headers }) => headers["webhook-id"]);
    expect(first).toBe(second);
    expect(await lastOf(teamId)).toMatchObject({ status: "sent", attempts: 2, error: null });
  });

  test("that refuses is not tried again", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.writeHead(410).end();
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({ status: "failed", attempts: 1 });
  });

  test("that asks for time is given it", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.writeHead(429, { "retry-after": "300" }).end();
    await deliverDue();
    const row = await lastOf(teamId);
    const waitMs = (row?.nextAttemptAt.getTime() ?? 0) - (row?.attemptedAt?.getTime() ?? 0);
    expect(Math.round(waitMs / 1000)).toBe(300);
  });

  test("is given up after ten attempts", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.writeHead(503).end();
    await db.update(deliveries).set({ attempts: 9 }).where(eq(deliveries.teamKey, teamId));
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({ status: "failed", attempts: 10 });
  });

  test("that redirects is not followed", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.writeHead(302, { location: receiver.url }).end();
    await deliverDue();
    expect(receiver.received).toHaveLength(1);
    expect((await lastOf(teamId))?.error).toContain("redirect");
  });

  test("that says nothing, or never ends its answer, is cut off", async () => {
    const silent = await failing();
    receiver.answer = () => undefined;
    await deliverDue();
    expect((await lastOf(silent.teamId))?.error).toBe("No answer within 0.5 s");
    const endless = await failing();
    receiver.answer = (response) => {
      response.writeHead(200);
      response.write("x".repeat(100_000));
    };
    await deliverDue();
    expect((await lastOf(endless.teamId))?.status).toBe("sent");
  });

  test("that hangs holds up nobody else's deliveries", async () => {
    const slow = await failing(receiver.url.replace("/hook", "/slow"));
    receiver.answer = (response, { path }) => {
      if (!path.startsWith("/slow")) response.writeHead(200).end();
    };
    const deliverer = testDeliverer();
    await deliverer.begin();
    const other = await failing();
    await deliverer.begin();
    await expect.poll(async () => (await lastOf(other.teamId))?.status).toBe("sent");
    await deliverer.idle();
    expect((await lastOf(slow.teamId))?.status).toBe("waiting");
  });

  test("that dies in the middle gets it again; one that is not there is said to be so", async () => {
    const { teamId } = await failing();
    receiver.answer = (response) => response.destroy();
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({ status: "waiting", responseStatus: null });
    const nobody = await failing("http://127.0.0.1:1/hook");
    await deliverDue();
    expect((await lastOf(nobody.teamId))?.error).toContain("ECONNREFUSED");
  });

  test("at a private address gets nothing unless the operator allows it", async () => {
    const { teamId } = await failing();
    publishEnv(["--no-webhook-private-addresses"]);
    const named = await insertTeam();
    const url = receiver.url.replace("127.0.0.1", "localhost");
    await updateWebhookSettings(SYSTEM, { kind, teamId: named, url });
    await addDelivery(named);
    const save = updateWebhookSettings(SYSTEM, { kind, teamId, url: `${receiver.url}&again` });
    await expect(save).rejects.toThrow("MUSTER_WEBHOOK_PRIVATE_ADDRESSES=true");
    await deliverDue();
    publishEnv(["--webhook-private-addresses"]);
    expect(receiver.received).toEqual([]);
    for (const id of [teamId, named]) {
      expect(await lastOf(id)).toMatchObject({
        status: "failed",
        error: expect.stringContaining("MUSTER_WEBHOOK_PRIVATE_ADDRESSES=true"),
      });
    }
  });
});

describe("a sender", () => {
  test("that is one of many sends each delivery once", async () => {
    const { teamId } = await failing();
    for (let n = 0; n < 5; n++) await addDelivery(teamId);
    await Promise.all([deliverDue(), deliverDue(), deliverDue()]);
    expect(receiver.received).toHaveLength(6);
    const ids = new Set(receiver.received.map(({ headers }) => headers["webhook-id"]));
    expect(ids.size).toBe(6);
  });

  test("that dies in an attempt leaves it to the next, which sends it with the same id", async () => {
    const { teamId } = await failing();
    const row = await lastOf(teamId);
    if (row) await claimDelivery(db, row, 60);
    await deliverDue();
    expect(receiver.received).toEqual([]);
    await makeDue(teamId);
    await deliverDue();
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual([row?.uid]);
    expect(await lastOf(teamId)).toMatchObject({ status: "sent", attempts: 2 });
  });

  test("without the key that an address is encrypted with gives up, and says so", async () => {
    const { teamId } = await failing();
    await db
      .update(webhooks)
      .set({ urlEncrypted: "bm90aGluZw==" })
      .where(eq(webhooks.teamKey, teamId));
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({
      status: "failed",
      error: "The webhook has no URL that this server can read: enter it again",
    });
  });

  test("that stops leaves what is under way to the next, at once", async () => {
    const { teamId } = await failing();
    receiver.answer = () => undefined;
    const deliverer = testDeliverer();
    await deliverer.begin();
    await expect.poll(() => receiver.received.length).toBe(1);
    await deliverer.stop();
    expect(await lastOf(teamId)).toMatchObject({ status: "waiting", attempts: 0 });
    receiver.answer = (response) => response.writeHead(200).end();
    await deliverDue();
    expect(await lastOf(teamId)).toMatchObject({ status: "sent", attempts: 1 });
  });

  test("says nothing of addresses in the log, however it fails", async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (line, _encoding, done) => {
        lines.push(String(line));
        done();
      },
    });
    const log = pino(sink);
    for (const url of [
      receiver.url,
      "http://127.0.0.1:1/t0ps3cret",
      "http://user:t0ps3cret@x.invalid/",
    ]) {
      await failing(url);
    }
    receiver.answer = (response) => response.writeHead(500).end();
    await deliverDue(testDeliverer(log));
    expect(lines).toHaveLength(3);
    expect(lines.join("")).not.toContain("t0ps3cret");
  });
});

test("a delivery is sent again as a new one, about whom it still concerns", async () => {
  const { teamId, hostId } = await failing();
  await deliverDue();
  const { token } = world.admin;
  const before = await lastOf(teamId);
  await request(resend, { token, method: "POST", params: { id: before?.id ?? 0 } });
  await deliverDue();
  expect(receiver.received.map(({ body }) => body.hosts[0].id)).toEqual([hostId, hostId]);
  const [first, second] = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(first).not.toBe(second);
  const { body } = await request(list, { token, query: { team_id: teamId } });
  expect(body.deliveries).toHaveLength(2);
  expect(body.deliveries[0]).toMatchObject({
    status: "sent",
    hosts: 1,
    sent_hosts: 1,
    attempts: 1,
  });
  expect(JSON.stringify(body)).not.toContain("t0ps3cret");
});

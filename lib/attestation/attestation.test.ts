import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { GET as getHealth } from "#app/api/v1/fleet/hosts/[id]/health/route.ts";
import { GET as getHost } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { GET as identify } from "#app/api/v1/fleet/hosts/identifier/[identifier]/route.ts";
import { GET as attest } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { transaction } from "#db/client.ts";
import { hostAgents, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertUser, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  await db.delete(policies);
  await updateSettings(SYSTEM, { gate: "critical", passCacheSeconds: 300 });
});

const token = () => world.observer.token;
const read = (id: number, headers: Record<string, string> = {}) =>
  request(getHost, { token: token(), params: { id }, headers });
const hostnameOf = async (id: number) =>
  (await db.select().from(hosts).where(eq(hosts.id, id)))[0]?.hostname ?? "";
const ask = async (id: number) =>
  request(attest, { token: token(), params: { identifier: await hostnameOf(id) } });
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);
const maxAge = (headers: Headers) =>
  Number(/^private, max-age=(\d+)$/.exec(headers.get("cache-control") ?? "")?.[1]);

const ofTeam = async (w: World) => ({ params: { id: await insertHost({ teamId: w.teamId }) } });
const byName = async (w: World) => ({
  params: { identifier: await hostnameOf(await insertHost({ teamId: w.teamId })) },
});

accessTable({
  "GET /hosts/{id}": [getHost, [200, 200, 200, 200, 403, 401], ofTeam],
  "GET /hosts/{id} of no team": [
    getHost,
    [200, 200, 200, 403, 403, 401],
    async () => ({ params: { id: await insertHost() } }),
  ],
  "GET /hosts/{id}/health": [getHealth, [200, 200, 200, 200, 403, 401], ofTeam],
  "GET /hosts/identifier/{identifier}": [identify, [200, 200, 200, 200, 404, 401], byName],
  "GET /muster/attest/{identifier}": [attest, [200, 200, 200, 200, 404, 401], byName],
});

describe("verdict", () => {
  test("evidence that is over is no pass at a server whose clock is slow", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: true });
    await answer(id, policyId, "pass", { at: secondsAgo(4 * 3600) });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 12 * 3_600_000 });
    try {
      expect((await ask(id)).body).toMatchObject({ verdict: "unknown" });
    } finally {
      vi.useRealTimers();
    }
  });

  test("no evidence is not a pass: pending, stale and error are unknown", async () => {
    const id = await insertHost();
    expect((await read(id)).body.host.verdict).toBe("pass");
    const policyId = await insertPolicy({ critical: true });
    expect((await read(id)).body.host.verdict).toBe("unknown");
    await answer(id, policyId, "error", { error: "no such table: x" });
    expect((await read(id)).body.host.verdict).toBe("unknown");
    await answer(id, policyId, "pass");
    expect((await read(id)).body.host.verdict).toBe("pass");
    await answer(id, policyId, "pass", { at: secondsAgo(4 * 3600) });
    const { host } = (await read(id)).body;
    expect(host.verdict).toBe("unknown");
    expect(host.policies[0]).toMatchObject({ state: "stale", response: "", last_response: "pass" });
  });

  test("an error after a fail keeps the gate shut", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: true });
    await answer(id, policyId, "fail");
    await answer(id, policyId, "error", { error: "boom" });
    const { host } = (await read(id)).body;
    expect(host.verdict).toBe("fail");
    expect(host.policies[0]).toMatchObject({
      state: "error",
      error: "boom",
      response: "",
      last_response: "fail",
    });
  });

  test("which failing policies gate is a setting", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: false });
    await answer(id, policyId, "fail");
    expect((await ask(id)).body).toMatchObject({
      verdict: "pass",
      failing: [{ id: policyId, critical: false }],
    });
    await updateSettings(SYSTEM, { gate: "all" });
    expect((await ask(id)).body.verdict).toBe("fail");
  });

  test("answers to older SQL and answers of another team's policies do not count", async () => {
    const id = await insertHost({ teamId: world.teamId });
    const policyId = await insertPolicy({ critical: true });
    await insertPolicy({ critical: true }, world.otherTeamId);
    await answer(id, policyId, "pass");
    expect((await ask(id)).body.verdict).toBe("pass");
    await transaction(db, async (tx) => {
      await raiseRevision(tx, "policies");
      await tx.update(policies).set({ revision: 2 }).where(eq(policies.id, policyId));
    });
    expect((await ask(id)).body).toMatchObject({
      verdict: "unknown",
      unproven: [{ id: policyId, state: "pending" }],
    });
  });
});

describe("policies of a host", () => {
  test("come failing first, with state, since, as_of and revision", async () => {
    const id = await insertHost();
    const names = ["pass", "pending", "stale", "error", "fail"] as const;
    const at = secondsAgo(30);
    for (const state of names) {
      const policyId = await insertPolicy({ name: unique(state), platform: "darwin" });
      if (state !== "pending") await answer(id, policyId, state, { at });
    }
    await insertPolicy({ platform: "windows" });
    const found = (await read(id)).body.host.policies;
    const states = found.map((policy: { state: string }) => policy.state);
    expect(states).toEqual(["fail", "error", "stale", "pending", "pass"]);
    const time = at.toISOString();
    expect(found[0]).toMatchObject({ as_of: time, since: time, revision: 1, response: "fail" });
    expect(found[3]).toMatchObject({ as_of: null, response: "" });
  });
});

describe("caching", () => {
  test("a pass may be cached for the set time, never longer than its evidence is fresh", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: true, interval: 600 });
    await answer(id, policyId, "pass");
    expect(maxAge((await read(id)).headers)).toBe(300);
    // Evidence of a ten-minute policy lives half an hour.
    await answer(id, policyId, "pass", { at: secondsAgo(1800 - 100) });
    const left = maxAge((await ask(id)).headers);
    expect(left).toBeGreaterThan(90);
    expect(left).toBeLessThanOrEqual(100);
    await updateSettings(SYSTEM, { passCacheSeconds: 0 });
    expect(maxAge((await read(id)).headers)).toBe(0);
  });

  test("a fail and an unknown are never cached", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: true });
    expect((await read(id)).headers.get("cache-control")).toBe("no-store");
    await answer(id, policyId, "fail");
    expect((await read(id)).headers.get("cache-control")).toBe("no-store");
    expect((await ask(id)).headers.get("cache-control")).toBe("no-store");
  });

  test("while nothing changed the tag stays and the answer is 304; a change ends that", async () => {
    const id = await insertHost();
    const policyId = await insertPolicy({ critical: true });
    await answer(id, policyId, "pass");
    const tag = (await read(id)).headers.get("etag") ?? "";
    await db
      .update(hostSeen)
      .set({ seenAt: secondsAgo(5) })
      .where(eq(hostSeen.hostId, id));
    const same = await read(id, { "if-none-match": `"other", ${tag}` });
    expect(same).toMatchObject({ status: 304, body: "" });
    expect(same.headers.get("etag")).toBe(tag);
    expect(maxAge(same.headers)).toBe(300);
    await answer(id, policyId, "fail");
    expect((await read(id, { "if-none-match": tag })).status).toBe(200);
  });

  test("reading writes nothing", async () => {
    const id = await insertHost();
    const rows = () =>
      Promise.all([
        db.select().from(hosts).where(eq(hosts.id, id)),
        db.select().from(hostAgents).where(eq(hostAgents.hostId, id)),
      ]);
    const before = await rows();
    await Promise.all([read(id), ask(id)]);
    expect(await rows()).toEqual(before);
  });
});

describe("identifiers", () => {
  test("enrolled identity, UUID, serial and host name find the host; its key does not", async () => {
    const id = await insertHost();
    const name = await hostnameOf(id);
    const find = (identifier: string) =>
      request(identify, { token: token(), params: { identifier } });
    for (const prefix of ["", "uuid-of-", "serial-of-", "identifier-of-"]) {
      expect((await find(prefix + name)).body.host.id).toBe(id);
    }
    await db
      .update(hostAgents)
      .set({ nodeKeyHash: hashToken("the key") })
      .where(eq(hostAgents.hostId, id));
    expect((await find("the key")).status).toBe(404);
  });

  test("two hosts of one name are not guessed between", async () => {
    const hostname = unique("twin").replace(" ", "");
    await insertHost({ hostname });
    await insertHost({ hostname });
    const found = await request(attest, { token: token(), params: { identifier: hostname } });
    expect(found.status).toBe(409);
  });

  test("gitops may look a host up by identifier and in no other way", async () => {
    const gitops = await insertUser("gitops");
    const id = await insertHost();
    const params = { id, identifier: await hostnameOf(id) };
    expect((await request(identify, { token: gitops.token, params })).status).toBe(200);
    expect((await request(getHost, { token: gitops.token, params })).status).toBe(403);
  });
});

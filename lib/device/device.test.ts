import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { HEAD as pingServer } from "#app/api/fleet/device/ping/route.ts";
import { GET as getDesktop } from "#app/api/v1/fleet/device/[token]/desktop/route.ts";
import { HEAD as ping } from "#app/api/v1/fleet/device/[token]/ping/route.ts";
import { GET as listPolicies } from "#app/api/v1/fleet/device/[token]/policies/route.ts";
import { POST as refetch } from "#app/api/v1/fleet/device/[token]/refetch/route.ts";
import { GET as getDevice } from "#app/api/v1/fleet/device/[token]/route.ts";
import { GET as getUrl } from "#app/api/v1/fleet/hosts/[id]/device_url/route.ts";
import { GET as getHost } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { POST as revoke } from "#app/api/v1/muster/hosts/[id]/device-link/revoke/route.ts";
import { POST as createLink } from "#app/api/v1/muster/hosts/[id]/device-link/route.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { activities } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, type World } from "#lib/testing/world.ts";
import { openDeviceToken, sealDeviceToken } from "./token.ts";

const db = await testDatabase();
let world: World;
let hostId: number;
beforeAll(async () => {
  world = await createWorld();
  hostId = await insertHost({ teamId: world.teamId });
});

const SECRET_SQL = "SELECT 'secret sql'";
const tokenOf = async (id = hostId) => {
  const { body } = await request(getHost, { token: world.observer.token, params: { id } });
  return new URL(body.host.my_device_url).pathname.replace("/device/", "");
};
const ofHost = async (w: World) => ({ params: { id: await insertHost({ teamId: w.teamId }) } });

accessTable({
  "POST /muster/hosts/{id}/device-link": [createLink, [200, 200, 200, 200, 403, 401], ofHost],
  "GET /fleet/hosts/{id}/device_url": [getUrl, [200, 200, 200, 200, 403, 401], ofHost],
  "POST /muster/hosts/{id}/device-link/revoke": [revoke, [200, 200, 403, 200, 403, 401], ofHost],
});

describe("what the person sees", () => {
  test("the machine, what fails and how to fix it; no SQL, no author, no team, no other host", async () => {
    const policyId = await insertPolicy({
      query: SECRET_SQL,
      resolution: "Turn it on",
      critical: true,
    });
    await answer(hostId, policyId, "fail");
    const token = await tokenOf();
    const { status, body, headers } = await request(getDevice, { params: { token } });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body.host).toMatchObject({ id: hostId, verdict: "fail", failing_policies_count: 1 });
    expect(body.host.policies[0]).toMatchObject({
      id: policyId,
      resolution: "Turn it on",
      response: "fail",
      state: "fail",
    });
    const listed = await request(listPolicies, { params: { token } });
    expect(listed.body.policies).toEqual(body.host.policies);
    for (const text of [JSON.stringify(body), JSON.stringify(listed.body)]) {
      expect(text).not.toContain("secret sql");
      expect(text).not.toMatch(/author|"query"|"error"|team_/);
    }
    const desktop = await request(getDesktop, { params: { token } });
    expect(desktop.body.failing_policies_count).toBe(1);
  });

  test("Check again asks the host, and shows that it does", async () => {
    const token = await tokenOf();
    const sent = { params: { token }, method: "POST" };
    expect(await request(refetch, sent)).toMatchObject({ status: 200, body: {} });
    const [agent] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
    expect(agent?.refetchRequestedAt).not.toBeNull();
    const { body } = await request(getDevice, { params: { token } });
    expect(body.host.refetch_requested).toBe(true);
  });
});

describe("the link", () => {
  test("is opaque, and the same for an hour so that caches work", async () => {
    const token = await tokenOf();
    expect(await tokenOf()).toBe(token);
    // As it stands in the token before it is sealed; a single digit would turn up by chance.
    const plainId = Buffer.alloc(4);
    plainId.writeUInt32BE(hostId);
    expect(Buffer.from(token, "base64url").includes(plainId)).toBe(false);
    const made = await request(createLink, {
      token: world.observer.token,
      params: { id: hostId },
      method: "POST",
    });
    expect(made.body.url).toBe(`http://127.0.0.1:8080/device/${token}`);
  });

  test("is made for the help desk by Fleet's address too, and each is in the feed", async () => {
    const made = async () =>
      (await db.select().from(activities)).filter(
        ({ type, details }) => type === "created_device_link" && details.host_id === hostId,
      ).length;
    const before = await made();
    const sent = { token: world.observer.token, params: { id: hostId } };
    const { body, headers } = await request(getUrl, sent);
    expect(body).toEqual({
      host_id: hostId,
      device_url: `http://127.0.0.1:8080/device/${await tokenOf()}`,
    });
    expect(headers.get("cache-control")).toBe("no-store");
    expect(await made()).toBe(before + 1);
  });

  test("starts with the server's URL of the settings", async () => {
    await updateSettings(SYSTEM, { serverUrl: "https://muster.example" });
    const { body } = await request(getHost, {
      token: world.observer.token,
      params: { id: hostId },
    });
    expect(body.host.my_device_url).toMatch(/^https:\/\/muster\.example\/device\//);
    await updateSettings(SYSTEM, { serverUrl: "" });
  });

  test("expires within the set life, and not in its first half", async () => {
    await updateSettings(SYSTEM, { deviceLinkSeconds: 3600 });
    const token = await tokenOf();
    const at = Date.now();
    const status = async (laterMs: number) => {
      vi.spyOn(Date, "now").mockReturnValue(at + laterMs);
      const answered = await request(getDevice, { params: { token } });
      vi.restoreAllMocks();
      return answered.status;
    };
    expect(await status(1800 * 1000 - 5_000)).toBe(200);
    expect(await status(3600 * 1000 + 5_000)).toBe(401);
    await updateSettings(SYSTEM, { deviceLinkSeconds: 86_400 });
  });

  test("ends when it is revoked, and a new one works", async () => {
    const token = await tokenOf();
    await request(revoke, { token: world.admin.token, params: { id: hostId }, method: "POST" });
    const refused = await request(getDevice, { params: { token } });
    expect(refused.status).toBe(401);
    expect(refused.body.message).toBe("Authentication required");
    const fresh = await tokenOf();
    expect(fresh).not.toBe(token);
    expect((await request(ping, { params: { token: fresh }, method: "HEAD" })).status).toBe(200);
    expect((await request(ping, { params: { token }, method: "HEAD" })).status).toBe(401);
  });

  test("of a deleted host ends", async () => {
    const id = await insertHost();
    const token = await tokenOf(id);
    const { DELETE } = await import("#app/api/v1/fleet/hosts/[id]/route.ts");
    await request(DELETE, { token: world.admin.token, params: { id }, method: "DELETE" });
    expect((await request(getDevice, { params: { token } })).status).toBe(401);
  });

  test("cannot be made or changed without the server's key", () => {
    const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const contents = { hostId: 7, expiresAtSeconds: 2_000_000_000, version: 3 };
    const token = sealDeviceToken(key, contents);
    expect(openDeviceToken(key, token)).toEqual(contents);
    expect(openDeviceToken(other, token)).toBeUndefined();
    for (let at = 0; at < token.length; at += 7) {
      const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
      expect(openDeviceToken(key, changed)).toBeUndefined();
    }
    expect(openDeviceToken(key, "x".repeat(10_000))).toBeUndefined();
  });
});

test("wrong links are slowed down by address, and right ones from there are not", async () => {
  const token = await tokenOf();
  const headers = { "x-real-ip": "203.0.113.9" };
  const ask = (text: string, more = headers) =>
    request(getDevice, { params: { token: text }, headers: more });
  const statuses = [];
  for (let n = 0; n < 102; n++) statuses.push((await ask("wrong")).status);
  expect(statuses.slice(0, 100).every((status) => status === 401)).toBe(true);
  const refused = await ask("wrong");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask(token)).status).toBe(200);
  expect((await ask("wrong", { "x-real-ip": "203.0.113.10" })).status).toBe(401);
});

test("the server says that it has My device", async () => {
  expect((await request(pingServer, { method: "HEAD" })).status).toBe(200);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { GET as hostRoute } from "#app/api/v1/fleet/hosts/[id]/route.ts";
import { GET as route } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { transaction } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policies } from "#db/schema/policies.ts";
import { sessions, users } from "#db/schema/users.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { raiseDeviceTokenVersion } from "#lib/hosts/sql.ts";
import type { RouteHandler } from "#lib/http/route.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import type { NewPolicy } from "#lib/policies/schema.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { createWorld, insertUser, type World } from "#lib/testing/world.ts";
import { attestorOf } from "./attestor.ts";
import { attestationMount } from "./http.ts";

const db = await testDatabase();
const mount = attestationMount(attestorOf(db));
const LEFT = 421;
const server = createServer((req, res) => {
  if (!mount(req, res)) res.writeHead(LEFT).end();
});
let origin: string;
let world: World;

beforeAll(async () => {
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await setUpLate();
});
afterAll(() => server.close());

/** Nobody has set the server up at first, which is an answer of its own. */
async function setUpLate() {
  expect(await both("anything", {})).toMatchObject({ status: 404 });
  world = await createWorld();
}

const COMPARED = [
  "content-type",
  "cache-control",
  "etag",
  "vary",
  "retry-after",
  "www-authenticate",
];

async function read(response: Response) {
  const headers = Object.fromEntries(COMPARED.map((name) => [name, response.headers.get(name)]));
  return { status: response.status, text: await response.text(), headers };
}

/** The answer of both mounts to one request, which must be one. */
async function compared(
  handler: RouteHandler,
  path: string,
  params: Record<string, string>,
  headers: Record<string, string>,
) {
  const fast = await read(await fetch(origin + path, { headers }));
  const host = { host: new URL(origin).host };
  const request = new Request(origin + path, { headers: { ...headers, ...host } });
  const slow = await read(await handler(request, { params: Promise.resolve(params) }));
  expect(fast).toEqual(slow);
  return { ...fast, json: fast.text && JSON.parse(fast.text) };
}

const both = (identifier: string, headers: Record<string, string>) => {
  const path = `/api/v1/muster/attest/${encodeURIComponent(identifier)}`;
  return compared(route, path, { identifier }, headers);
};

const bothPages = (id: number, headers: Record<string, string>, version = "v1") =>
  compared(hostRoute, `/api/${version}/fleet/hosts/${id}`, { id: String(id) }, headers);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const hostnameOf = async (id: number) =>
  (await db.select().from(hosts).where(eq(hosts.id, id)))[0]?.hostname ?? "";

test("both mounts answer alike: verdicts, reasons, caching, 304 and every refusal", async () => {
  const token = bearer(world.observer.token);
  const id = await insertHost({ teamId: world.teamId });
  const name = await hostnameOf(id);
  expect((await both(name, token)).json).toMatchObject({ host_id: id, verdict: "pass" });
  for (const state of ["fail", "error", "stale", "pass"] as const) {
    const policyId = await insertPolicy({ critical: true });
    await answer(id, policyId, state, { error: "no such table" });
  }
  await insertPolicy({ critical: true, name: "Ämter" });
  await insertPolicy({ critical: true, platform: "windows" });
  const first = await both(name, token);
  expect(first.json.unproven.map((one: { state: string }) => one.state)).toEqual([
    "error",
    "stale",
    "pending",
  ]);
  expect(first.json.verdict).toBe("fail");
  const etag = first.headers.etag ?? "";
  expect(await both(name, { ...token, "if-none-match": `"x", ${etag}` })).toMatchObject({
    status: 304,
    text: "",
  });

  expect((await both(name, bearer("nobody's"))).status).toBe(401);
  expect((await both(name, {})).status).toBe(401);
  expect((await both(name, bearer(world.otherTeamAdmin.token))).status).toBe(404);
  expect((await both("no such host", token)).status).toBe(404);
  expect((await both("x".repeat(256), token)).status).toBe(400);
  const reset = await insertUser("observer", undefined, { forcePasswordReset: true });
  expect((await both(name, bearer(reset.token))).status).toBe(401);
  await insertHost({ hostname: "twin" });
  await insertHost({ hostname: "twin" });
  expect((await both("twin", token)).status).toBe(409);
  const cookie = `next-auth.session-token=${encodeURIComponent(world.observer.token)}`;
  expect((await both(name, { cookie })).status).toBe(200);
});

test("names with blanks, other letters, other case and slashes find their host", async () => {
  const token = bearer(world.observer.token);
  for (const hostname of ["Anna's Mac", "büro", "a/b", "50%", "MIXED-Case"]) {
    const id = await insertHost({ hostname });
    expect((await both(hostname, token)).json.host_id).toBe(id);
  }
  const [upper, lower] = await Promise.all([both("MIXED-CASE", token), both("mixed-case", token)]);
  expect(upper.json.host_id).toBe(lower.json.host_id);
});

test("many who ask at a time get each their own", async () => {
  const ids = await Promise.all(
    Array.from({ length: 150 }, () => insertHost({ teamId: world.teamId })),
  );
  const token = bearer(world.teamObserver.token);
  const path = async (id: number) => `${origin}/api/v1/muster/attest/${await hostnameOf(id)}`;
  const paths = await Promise.all(ids.map(path));
  const answers = await Promise.all(
    paths.flatMap((url, index) => [
      fetch(url, { headers: token }).then(
        async (response) => (await response.json()).host_id === ids[index],
      ),
      fetch(url, { headers: bearer("nobody's") }).then(({ status }) => status === 401),
      fetch(url, { headers: bearer(world.otherTeamAdmin.token) }).then(
        ({ status }) => status === 404,
      ),
    ]),
  );
  expect(answers.filter((isRight) => !isRight)).toEqual([]);
});

test("whatever changed counts in the next answer: nothing is remembered", async () => {
  const token = bearer(world.teamObserver.token);
  const id = await insertHost({ teamId: world.teamId });
  const name = await hostnameOf(id);
  const verdict = async () => (await both(name, token)).json.verdict;
  const policyId = await insertPolicy({ critical: true }, world.teamId);
  const last = async () =>
    (await both(name, token)).json.unproven.map((one: { id: number }) => one.id);
  expect(await last()).toContain(policyId);
  await answer(id, policyId, "fail");
  expect(await verdict()).toBe("fail");
  await deletePolicies(SYSTEM, world.teamId, [policyId]);
  expect(await last()).not.toContain(policyId);
  await updateSettings(SYSTEM, { serverUrl: "https://muster.example" });
  expect((await both(name, token)).json.my_device_url).toMatch(
    /^https:\/\/muster.example\/device\//,
  );
  await transferHosts(SYSTEM, world.otherTeamId, [id]);
  expect((await both(name, token)).status).toBe(404);
  const user = await insertUser("observer");
  expect((await both(name, bearer(user.token))).status).toBe(200);
  await transaction(db, (tx) => tx.delete(sessions).where(eq(sessions.userId, user.id)));
  expect((await both(name, bearer(user.token))).status).toBe(401);
  const other = await insertUser("observer");
  expect((await both(name, bearer(other.token))).status).toBe(200);
  await db.update(users).set({ globalRole: null }).where(eq(users.id, other.id));
  expect((await both(name, bearer(other.token))).status).toBe(403);
});

test("what is answered as before, and what is judged anew, is counted", async () => {
  const { tallies } = attestorOf(db).answers;
  const id = await insertHost();
  const name = await hostnameOf(id);
  const ask = async () => {
    const headers = bearer(world.admin.token);
    const before = [tallies.hit.count, tallies.miss.count];
    expect((await fetch(`${origin}/api/v1/muster/attest/${name}`, { headers })).status).toBe(200);
    return [tallies.hit.count - (before[0] ?? 0), tallies.miss.count - (before[1] ?? 0)];
  };
  expect(await ask()).toEqual([0, 1]);
  expect(await ask()).toEqual([1, 0]);
  await answer(id, await insertPolicy(), "fail");
  expect(await ask()).toEqual([0, 1]);
});

describe("an answer that was given once is not given again when", () => {
  const token = () => bearer(world.teamObserver.token);
  const SECOND_MS = 1_000;
  beforeEach(async () => {
    await db.delete(policies);
  });

  /** A host that passes the one policy that gates, and has been asked for. */
  async function passing(policy: Partial<NewPolicy> = {}, at = new Date()) {
    const id = await insertHost({ teamId: world.teamId });
    const policyId = await insertPolicy({ critical: true, ...policy }, world.teamId);
    await answer(id, policyId, "pass", { at });
    const name = await hostnameOf(id);
    const ask = async () => (await both(name, token())).json;
    return { id, policyId, ask };
  }

  test("its evidence is over", async () => {
    // Evidence of a ten-minute policy lives half an hour.
    const at = new Date(Date.now() - 1_800_000 + SECOND_MS);
    const { ask } = await passing({ interval: 600 }, at);
    expect((await ask()).verdict).toBe("pass");
    await sleep(1.2 * SECOND_MS);
    expect((await ask()).verdict).toBe("unknown");
  });

  test("an exemption is over", async () => {
    const { id, policyId, ask } = await passing();
    await answer(id, policyId, "fail");
    const ends = new Date(Date.now() + SECOND_MS).toISOString();
    const body = { policy_id: policyId, host_id: id, reason: "Old.", expires_at: ends };
    await createExemption(SYSTEM, createExemptionBody.parse(body));
    expect((await ask()).verdict).toBe("pass");
    await sleep(1.2 * SECOND_MS);
    expect((await ask()).verdict).toBe("fail");
  });

  test("links to My device were revoked, and when the host is of another platform", async () => {
    const { id, ask } = await passing({ platform: "darwin" });
    const { verdict, my_device_url: link, as_of: asOf } = await ask();
    expect([verdict, asOf]).toEqual(["pass", expect.any(String)]);
    await transaction(db, (tx) => raiseDeviceTokenVersion(tx, id));
    expect((await ask()).my_device_url).not.toBe(link);
    await db.update(hosts).set({ platformFamily: "windows" }).where(eq(hosts.id, id));
    expect(await ask()).toMatchObject({ verdict: "pass", as_of: null });
  });

  test("another change has the revision of the one that was judged", async () => {
    const { id, policyId, ask } = await passing();
    expect((await ask()).verdict).toBe("pass");
    const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, id));
    await answer(id, policyId, "fail");
    const revision = row?.revision ?? 0;
    await db.update(hostAgents).set({ revision }).where(eq(hostAgents.hostId, id));
    expect((await ask()).verdict).toBe("fail");
  });
});

test("both mounts show a host's page alike by every name of the version, and refuse alike", async () => {
  const token = bearer(world.teamObserver.token);
  const id = await insertHost({ teamId: world.teamId });
  for (const state of ["pass", "fail", "error", "stale"] as const) {
    await answer(id, await insertPolicy({ name: `Ünique ${state}` }), state, { error: "no table" });
  }
  const page = await bothPages(id, token);
  expect(page.json.host).toMatchObject({ id });
  const states = page.json.host.policies.map((policy: { state: string }) => policy.state);
  expect(states).toEqual(expect.arrayContaining(["fail", "error", "stale", "pass"]));
  for (const version of ["latest", "2022-04"]) {
    expect((await bothPages(id, token, version)).text).toBe(page.text);
  }
  const known = { ...token, "if-none-match": page.headers.etag ?? "" };
  expect(await bothPages(id, known)).toMatchObject({ status: 304, text: "" });
  expect((await bothPages(999_999_999, token)).status).toBe(404);
  expect((await bothPages(id, bearer("nobody's"))).status).toBe(401);
  expect((await bothPages(id, bearer(world.otherTeamAdmin.token))).status).toBe(403);
  const reset = await insertUser("observer", undefined, { forcePasswordReset: true });
  expect((await bothPages(id, bearer(reset.token))).status).toBe(401);
});

test("pages asked for at a time are each of their host, and what changed counts in the next", async () => {
  const ids = await Promise.all(
    Array.from({ length: 40 }, () => insertHost({ teamId: world.teamId })),
  );
  const token = bearer(world.teamObserver.token);
  const pageOf = async (id: number) =>
    (await fetch(`${origin}/api/v1/fleet/hosts/${id}`, { headers: token })).json();
  const pages = await Promise.all(ids.map(pageOf));
  expect(pages.map(({ host }) => host.id)).toEqual(ids);
  const [id = 0, moved = 0, gone = 0] = ids;
  const policyId = await insertPolicy({ critical: true }, world.teamId);
  await answer(id, policyId, "fail");
  expect((await bothPages(id, token)).json.host.verdict).toBe("fail");
  await transferHosts(SYSTEM, world.otherTeamId, [moved]);
  expect((await bothPages(moved, token)).status).toBe(403);
  await deleteHosts(SYSTEM, [gone]);
  expect((await bothPages(gone, token)).status).toBe(404);
  await deletePolicies(SYSTEM, world.teamId, [policyId]);
});

test.each([
  ["POST", "/api/v1/muster/attest/x", bearer("x")],
  ["GET", "/api/v1/muster/attest/", bearer("x")],
  ["GET", "/api/v1/muster/attest/x/y", bearer("x")],
  ["GET", "/api/v1/muster/attest/%E0%A4%A", bearer("x")],
  ["GET", "/api/v1/fleet/hosts/7", { cookie: "x" }],
  ["DELETE", "/api/v1/fleet/hosts/7", bearer("x")],
  ["GET", "/api/v1/fleet/hosts/07", bearer("x")],
  ["GET", "/api/v1/fleet/hosts/count", bearer("x")],
])("what is no question of the kind is left to Next: %s %s", async (method, path, headers) => {
  expect((await fetch(origin + path, { method, headers })).status).toBe(LEFT);
});

test("a host's page is answered to a token", async () => {
  const response = await fetch(`${origin}/api/v1/fleet/hosts/7`, { headers: bearer("x") });
  expect(response.status).toBe(401);
});

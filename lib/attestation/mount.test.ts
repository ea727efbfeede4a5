import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GET as route } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { sessions, users } from "#db/schema/users.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { transferHosts } from "#lib/hosts/manage.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { createWorld, insertUser, type World } from "#lib/testing/world.ts";
import { attestorOf } from "./attestor.ts";
import { attestationMount } from "./http.ts";

const db = await testDatabase();
const mount = attestationMount(attestorOf(db));
const server = createServer((req, res) => {
  if (mount.handles(req.method ?? "", (req.url ?? "").split("?", 1)[0] ?? ""))
    mount.handle(req, res);
  else res.writeHead(421).end();
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
async function both(identifier: string, headers: Record<string, string>) {
  const path = `/api/v1/muster/attest/${encodeURIComponent(identifier)}`;
  const fast = await read(await fetch(origin + path, { headers }));
  const params = Promise.resolve({ identifier });
  const host = { host: new URL(origin).host };
  const request = new Request(origin + path, { headers: { ...headers, ...host } });
  expect(fast).toEqual(await read(await route(request, { params })));
  return { ...fast, json: fast.text && JSON.parse(fast.text) };
}

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

test("what is no question of the kind is left to Next", () => {
  expect(mount.handles("POST", "/api/v1/muster/attest/x")).toBe(false);
  expect(mount.handles("GET", "/api/v1/muster/attest/")).toBe(false);
  expect(mount.handles("GET", "/api/v1/muster/attest/x/y")).toBe(false);
  expect(mount.handles("GET", "/api/v1/muster/attest/%E0%A4%A")).toBe(false);
});

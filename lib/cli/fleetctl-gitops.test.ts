import { beforeAll, expect, test } from "vitest";
import { policies } from "#db/schema/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const address = await serveRoutes();
let token: string;

beforeAll(async () => {
  token = (await insertUser("gitops", undefined, { apiOnly: true })).token;
});

/** As fleetctl calls: 200, JSON, and no top-level error, which it could not decode. */
async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`${address}/api/v1/fleet${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const json = await answer.json();
  expect([path, answer.status, JSON.stringify(json.errors)]).toEqual([path, 200, undefined]);
  expect(json.error ?? null).toBeNull();
  return json;
}

const CHUNK = 100;

/** The policy part of `fleetctl gitops`: list, apply in chunks, delete what the file does not name. */
async function syncPolicies(team: string, listPath: string, deletePath: string, names: string[]) {
  const { policies: present } = await call("GET", listPath);
  const specs = names.map((name) => ({ name, query: "SELECT 1", team, critical: false }));
  for (let at = 0; at < specs.length; at += CHUNK) {
    await call("POST", "/spec/policies", { specs: specs.slice(at, at + CHUNK) });
  }
  const others = (present ?? []).filter(({ name }: { name: string }) => !names.includes(name));
  const ids = others.map(({ id }: { id: number }) => id);
  if (ids.length > 0) await call("POST", deletePath, { ids });
}

test("the calls of fleetctl gitops, in its order, make labels, teams and policies what its files say", async () => {
  await insertPolicy({ name: "By hand" });
  await insertPolicy({ name: "Of nobody, by hand" }, 0);

  expect((await call("GET", "/version")).version).toEqual(expect.any(String));
  expect((await call("GET", "/config")).license.tier).toBe("premium");
  expect((await call("GET", "/labels")).labels).toEqual(expect.any(Array));
  const label = {
    name: "Batteries",
    query: "SELECT 1 FROM battery",
    label_membership_type: "dynamic",
  };
  await call("POST", "/spec/labels", { specs: [label] });
  await call("PATCH", "/config?force=&dry_run=", {
    org_info: { org_name: "Acme" },
    agent_options: {},
  });
  await call("POST", "/spec/enroll_secret", {
    spec: { secrets: [{ secret: "a-long-enough-one" }] },
  });
  const { team_ids_by_name: teams } = await call("POST", "/spec/teams?dry_run=false", {
    specs: [{ name: "Lab", agent_options: null, secrets: [{ secret: "another-long-secret" }] }],
  });
  const global = Array.from({ length: 120 }, (_, at) => `Policy ${at}`);
  await syncPolicies("", "/policies", "/policies/delete", global);
  const ofTeam = `/teams/${teams.Lab}/policies`;
  await syncPolicies("Lab", ofTeam, `${ofTeam}/delete`, ["Of the lab"]);
  await syncPolicies("No team", "/teams/0/policies", "/teams/0/policies/delete", ["Of nobody"]);
  const listed = (await call("GET", "/spec/labels")).specs.map(
    ({ name }: { name: string }) => name,
  );
  expect(listed).toContain("Batteries");

  const rows = await db.select().from(policies);
  const of = (id: number | null) =>
    rows.filter(({ teamId }) => teamId === id).map(({ name }) => name);
  expect(of(null).sort()).toEqual(global.sort());
  expect([of(teams.Lab), of(0)]).toEqual([["Of the lab"], ["Of nobody"]]);
});

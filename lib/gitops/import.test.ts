import { beforeAll, expect, test } from "vitest";
import { POST } from "#app/api/v1/muster/import/route.ts";
import { labels } from "#db/schema/labels.ts";
import { policies } from "#db/schema/policies.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { insertTeam, insertUser } from "#lib/testing/world.ts";
import type { ImportItem, ImportRequest } from "./import-schema.ts";

const db = await testDatabase();
let token: string;

beforeAll(async () => {
  token = (await insertUser("maintainer")).token;
});

async function take(body: ImportRequest): Promise<ImportItem[]> {
  const answer = await request(POST, { method: "POST", token, body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body.items;
}

const policyOf = async (name: string) =>
  (await db.select().from(policies)).find((policy) => policy.name === name);

const PACK = String.raw`
# A comment as osquery has them
{
  // And another
  "platform": "posix",
  "queries": {
    "launchd": {
      "query" : "SELECT * FROM launchd \
        WHERE name = 'x';",
      "interval" : "30",
      "platform": "darwin",
      "version": "1.4.5",
      "description" : "A \"thing\".",
      "value" : "Why it matters",
      "snapshot": true,
    },
    "users": { "query": "select * from users where uid = 0", "interval": 3600 },
    "broken": { "query": "select * from no_such_table_anywhere" },
    "write": { "query": "delete from users" },
    "bsd": { "query": "select 1", "platform": "freebsd" },
  },
}
`;

accessTable({
  "POST /muster/import to all teams": [
    POST,
    [200, 200, 403, 403, 403, 401],
    () => ({ method: "POST", body: { format: "pack", content: PACK, dry_run: true } }),
  ],
  "POST /muster/import to a team": [
    POST,
    [200, 200, 403, 200, 403, 401],
    (w) => ({
      method: "POST",
      body: { format: "pack", content: PACK, team_id: w.teamId, dry_run: true },
    }),
  ],
});

test("a pack's queries become policies, with what was changed and what was not taken, and why", async () => {
  const dry = await take({ format: "pack", content: PACK, dry_run: true });
  expect(await db.select().from(policies)).toEqual([]);
  const items = await take({ format: "pack", content: PACK });
  expect(items).toEqual(dry);
  expect(items.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["launchd", "changed"],
    ["users", "changed"],
    ["broken", "not_taken"],
    ["write", "not_taken"],
    ["bsd", "not_taken"],
  ]);
  expect(items[0]?.notes).toEqual([
    "as a policy it passes on hosts where it has rows",
    "osquery 1.4.5 or newer is not required of hosts",
    "snapshot means nothing to a policy",
    "interval 30 s became 60 s",
  ]);
  expect(items[2]?.notes[0]).toContain("no such table: no_such_table_anywhere");
  expect(await policyOf("launchd")).toMatchObject({
    query: "SELECT * FROM launchd         WHERE name = 'x';",
    platform: "darwin",
    intervalSeconds: 60,
    description: 'A "thing".\n\nWhy it matters',
  });
  expect(await policyOf("users")).toMatchObject({ platform: "darwin,linux" });
  const again = await take({ format: "pack", content: PACK });
  expect(again[0]).toMatchObject({
    outcome: "not_taken",
    notes: [expect.stringContaining("already")],
  });
});

test("queries that find what ought not to be there are turned around when told so", async () => {
  const query = "SELECT * FROM users WHERE uid = 0 -- root;\n;";
  const content = JSON.stringify({
    packs: { bad: { queries: { root: { query } } }, far: "/x.conf" },
  });
  const items = await take({ format: "pack", content, rows_mean: "fail" });
  expect(items.map(({ name, outcome }) => [name, outcome])).toEqual([
    ["bad/root", "changed"],
    ["far", "not_taken"],
  ]);
  expect((await policyOf("bad/root"))?.query).toBe(
    "SELECT 1 WHERE NOT EXISTS (\nSELECT * FROM users WHERE uid = 0 -- root;\n\n);",
  );
});

test("a pack with discovery queries is not taken: whom it asks would be others", async () => {
  const content = '{"discovery": ["select 1"], "queries": {"a": {"query": "select 1"}}}';
  const [item] = await take({ format: "pack", content });
  expect(item).toMatchObject({
    outcome: "not_taken",
    notes: [expect.stringContaining("discovery")],
  });
});

const FLEET = `
kind: label
spec: {name: Batteries, query: "SELECT 1 FROM battery"}
---
kind: policy
spec:
  name: Of Fleet
  query: SELECT 1 FROM time WHERE hour > 25
  team: Imported
  calendar_events_enabled: true
  labels_include_any: [Batteries]
---
kind: policy
spec: {name: Lost, query: SELECT 1 FROM time, team: Nowhere}
---
kind: policy
spec: {name: Labelless, query: SELECT 1 FROM time, labels_exclude_any: [Unheard of]}
---
kind: query
spec: {name: Sudoers, query: SELECT * FROM sudoers WHERE source = 'x', interval: 0}
---
kind: pack
spec: {name: Daily, queries: [{query: Sudoers, interval: 86400}]}
---
kind: enroll_secret
spec: {secrets: [{secret: never-taken-from-here}]}
`;

test("Fleet's policies, labels, queries and packs are taken as far as they mean something here", async () => {
  const teamId = await insertTeam("Imported");
  const items = await take({ format: "fleet", content: FLEET });
  expect(items.map(({ kind, name, outcome }) => [kind, name, outcome])).toEqual([
    ["label", "Batteries", "taken"],
    ["policy", "Of Fleet", "changed"],
    ["policy", "Lost", "not_taken"],
    ["policy", "Labelless", "not_taken"],
    ["query", "Sudoers", "changed"],
    ["enroll_secret", "enroll_secret", "not_taken"],
    ["pack", "Daily", "not_taken"],
  ]);
  const [label] = (await db.select().from(labels)).filter(({ name }) => name === "Batteries");
  expect(await policyOf("Of Fleet")).toMatchObject({
    teamId,
    labelScope: { includeAny: [label?.id] },
  });
  expect(await policyOf("Sudoers")).toMatchObject({ teamId: null, intervalSeconds: 86_400 });
});

test("a chosen team takes all of a file's policies, and what is there already stays as it was", async () => {
  const teamId = await insertTeam("Chosen");
  await insertPolicy({ name: "Kept", query: "SELECT 1 FROM time WHERE hour = 1" }, teamId);
  const content = `
name: Another team
policies:
  - {name: Kept, query: SELECT 2 FROM time}
  - {name: Fresh, query: SELECT 1 FROM time WHERE hour = 2}
  - {name: Fresh, query: SELECT 1 FROM time WHERE hour = 3}
`;
  const items = await take({ format: "fleet", content, team_id: teamId });
  expect(items.map(({ outcome }) => outcome)).toEqual(["not_taken", "changed", "not_taken"]);
  expect(items[1]?.notes).toEqual(['team "Another team" became "Chosen", as chosen']);
  const own = (await db.select().from(policies)).filter((policy) => policy.teamId === teamId);
  expect(own.map(({ query }) => query).sort()).toEqual([
    "SELECT 1 FROM time WHERE hour = 1",
    "SELECT 1 FROM time WHERE hour = 2",
  ]);
});

test("nothing of a file for fleetctl gitops goes unsaid: keys, entries and teams that mean nothing here", async () => {
  const content = `
name: Elsewhere
controls: {macos_updates: {deadline: 2027-01-01}}
agent_options:
software: {packages: [{url: x}]}
org_settings: {}
labels:
  - {name: Of a team, query: SELECT 1 FROM battery}
queries: []
policies:
  - just text
  - path: lib/others.yml
  - {name: Moved, query: SELECT 1 FROM time WHERE hour = 4}
  - {name: Extras, query: SELECT 1 FROM time WHERE hour = 5, run_script: {path: a}, install_software: {path: b}}
`;
  const items = await take({ format: "fleet", content, team_id: null });
  expect(items.map(({ kind, name, outcome }) => [kind, name, outcome])).toEqual([
    ["label", "Of a team", "changed"],
    ["policy", "policy", "not_taken"],
    ["policy", "lib/others.yml", "not_taken"],
    ["policy", "Moved", "changed"],
    ["policy", "Extras", "changed"],
    ["controls", "controls", "not_taken"],
    ["software", "software", "not_taken"],
  ]);
  expect(items[0]?.notes).toEqual(['team "Elsewhere" was left out: labels are of all teams here']);
  expect(items[2]?.notes).toEqual(["it is in another file: import that"]);
  expect(items[3]).toMatchObject({
    team: "",
    notes: ['team "Elsewhere" became all teams, as chosen'],
  });
  expect(items[4]?.notes).toContain(
    "run_script, install_software were left out: Muster does not do this",
  );
  expect(await policyOf("Moved")).toMatchObject({ teamId: null });
});

test("files of Fleet's before and since 4.82 are the same: fleets, reports, and Unassigned", async () => {
  const teamId = await insertTeam("Generations");
  const content = `
kind: policy
spec: {name: By team, query: SELECT 1 FROM time WHERE hour = 5, team: Generations}
---
kind: policy
spec: {name: By fleet, query: SELECT 1 FROM time WHERE hour = 6, fleet: Generations}
---
kind: report
spec: {name: A report, query: SELECT 1 FROM time WHERE hour = 7, fleet: Generations}
---
kind: policy
spec: {name: Twice, query: SELECT 1 FROM time WHERE hour = 8, team: "", fleet: Generations}
`;
  const items = await take({ format: "fleet", content });
  expect(items.map(({ name, team, outcome }) => [name, team, outcome])).toEqual([
    ["By team", "Generations", "taken"],
    ["By fleet", "Generations", "taken"],
    ["A report", "Generations", "changed"],
    ["Twice", null, "not_taken"],
  ]);
  expect(items[3]?.notes).toEqual(['it has "team" and "fleet", which differ']);
  expect((await policyOf("By fleet"))?.teamId).toBe(teamId);
  const unassigned = `
name: Unassigned
policies:
  - {name: Of nobody, query: SELECT 1 FROM time WHERE hour = 9}
`;
  expect(await take({ format: "fleet", content: unassigned })).toMatchObject([
    { name: "Of nobody", team: "No team", outcome: "taken" },
  ]);
  expect((await policyOf("Of nobody"))?.teamId).toBe(0);
});

test("what is no such file is refused, with the place", async () => {
  const refused = async (format: "pack" | "fleet", content: string) => {
    const answer = await request(POST, { method: "POST", token, body: { format, content } });
    expect(answer.status).toBe(422);
    return answer.body.errors[0].reason;
  };
  expect(await refused("pack", '{"queries": {\n  "a" "b"}}')).toMatch(/not osquery's JSON.*2:7/);
  expect(await refused("fleet", "kind: policy\nspec: [")).toMatch(/not YAML.*line/s);
  expect(await refused("fleet", "- a")).toContain("kind and spec");
});

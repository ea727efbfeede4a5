import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { labels } from "#db/schema/labels.ts";
import { exemptions, policies } from "#db/schema/policies.ts";
import { settings } from "#db/schema/system.ts";
import { teams } from "#db/schema/teams.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { testCli } from "./test-cli.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const agents = await testAgents();
const address = await serveRoutes();
const { home, muster } = await testCli({ MUSTER_ADDRESS: address });
let variables: Record<string, string>;
let folder: string;
let serial = 0;

beforeAll(async () => {
  variables = { MUSTER_TOKEN: (await insertUser("admin")).token };
  await new TestHost(agents).enroll();
});

beforeEach(async () => {
  serial += 1;
  folder = join(home, `repository-${serial}`);
});

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

const gitops = (options: string[] = [], more: Record<string, string> = {}) =>
  muster(["gitops", "-f", folder, ...options], { variables: { ...variables, ...more } });

const policyNames = async () => (await db.select().from(policies)).map(({ name }) => name).sort();

test("a folder in Fleet's layout is applied, with includes and variables, and then is as it was", async () => {
  await write({
    "default.yml": `
org_settings:
  org_info: {org_name: Acme}
  secrets:
    - secret: $ENROLL_SECRET
  smtp_settings: {enable_smtp: true}
agent_options:
  path: lib/agent-options.yml
controls:
queries: [{name: Q, query: SELECT 1, interval: 60}]
labels:
  - name: Laptops
    query: SELECT 1 FROM battery
policies:
  - path: lib/disk.yml
  - paths: lib/more-*.yml
exemptions:
  - {policy: Disk, label: Laptops, reason: New, expires_at: ${new Date(Date.now() + 8.64e7).toISOString()}}
`,
    "lib/agent-options.yml": "config: {options: {distributed_interval: $INTERVAL}}",
    "lib/disk.yml": `
- name: Disk
  query: SELECT 1 FROM file WHERE path = '$DIR/x' AND filename != '\\$HOME';
  description: Costs $5, or $DIR.
  labels_include_any: [Laptops]
  calendar_events_enabled: true
`,
    "lib/more-1.yml": "- {name: Wall, query: SELECT 1 FROM time, tags: [firewall]}",
    "teams/lab.yml":
      "name: Lab\nteam_settings:\nagent_options:\npolicies:\n  - {name: Of the lab, query: SELECT 1 FROM time}",
    "teams/no-team.yml": "policies:\n  - {name: Of nobody, query: SELECT 1 FROM time}",
  });
  const given = { ENROLL_SECRET: "the-secret-of-this", INTERVAL: "20", DIR: "/opt" };
  const done = await gitops([], given);
  expect(done).toMatchObject({ code: 0 });
  expect(done.out).toContain("7 created, 2 changed, 0 deleted, 0 as they were.");
  expect(done.out).not.toContain("the-secret-of-this");
  expect(done.err).toMatch(/default.yml:10:1: "queries" is not taken/);
  expect(done.err).toMatch(/default.yml:6:3: "smtp_settings" is not taken/);
  expect(done.err).toMatch(/disk.yml:6:3: "calendar_events_enabled" has no effect/);
  const [disk] = (await db.select().from(policies)).filter(({ name }) => name === "Disk");
  expect(disk).toMatchObject({
    query: "SELECT 1 FROM file WHERE path = '/opt/x' AND filename != '$HOME';",
    description: "Costs $5, or $DIR.",
  });
  expect((await gitops([], given)).out).toBe("0 created, 0 changed, 0 deleted, 9 as they were.");
});

test("a dry run shows lines and numbers of hosts, ends with 5 if asked, and writes nothing", async () => {
  await write({
    "default.yml": `
policies:
  - name: Disk
    query: |
      SELECT 1
      FROM time
  - {name: New, query: SELECT 1 FROM time, platform: darwin}
`,
  });
  const before = await db.select().from(policies);
  const dry = await gitops(["--dry-run", "--exit-code", "--delete-other-policies"]);
  expect(dry.code).toBe(5);
  expect(dry.out.split("\n")).toEqual([
    "! keep   team Lab (made elsewhere): 0 hosts",
    "~ change policy Disk (all teams): 1 host",
    "    - query: SELECT 1 FROM file WHERE path = '/opt/x' AND filename != '$HOME';",
    "    + query: SELECT 1",
    "    + query: FROM time",
    '    - description: "Costs $5, or $DIR."',
    '    + description: ""',
    '    - labels_include_any: ["Laptops"]',
    "    + labels_include_any: []",
    "+ create policy New (all teams): 1 host",
    '    + query: "SELECT 1 FROM time"',
    '    + platform: "darwin"',
    "- delete policy Wall (all teams): 1 host",
    "1 to create, 1 to change, 1 to delete, 0 as they were, 1 made elsewhere and kept. Nothing was written.",
  ]);
  expect(await db.select().from(policies)).toEqual(before);
  const kept = await gitops(["--dry-run"]);
  expect(kept.code).toBe(0);
  expect(kept.out).toContain("! keep   policy Wall (all teams) (made elsewhere): 1 host");
});

test("mistakes are told at once, each with file and line, and nothing is sent", async () => {
  await write({
    "default.yml": `policies:
  - name: Disk
    query: SELECT 1
    resolutoin: Fix it
  - name: Wall
    query: SELECT '$NOT_SET_HERE'
    interval: 5
  - path: lib/nothing.yml
  - path: lib/chain.yml
polices: []
`,
    "lib/chain.yml": "- path: other.yml\n",
    "teams/lab.yml": "policies: []\n",
  });
  const wrong = await gitops();
  expect(wrong.code).toBe(2);
  const at = (place: string) => join(folder, place);
  for (const text of [
    `${at("default.yml")}:4:5: there is no key "resolutoin". Did you mean "resolution"?`,
    `${at("default.yml")}:6:20: the environment variable NOT_SET_HERE is not set.`,
    `${at("default.yml")}:7:5: policy interval must be null or 60 to 604800 seconds`,
    `${at("default.yml")}:10:1: a file of this kind has no key "polices". Did you mean "policies"?`,
    `${at("lib/chain.yml")}:1:3: an included file may not include others.`,
    `${at("teams/lab.yml")}:1:1: lab.yml names no team`,
    "nothing.yml cannot be read",
  ]) {
    expect(wrong.err).toContain(text);
  }
  expect(wrong.err).toContain("Nothing was sent.");
});

test("what only the server knows is told with file and line as well, and nothing is written", async () => {
  const before = await policyNames();
  await write({
    "default.yml": `policies:
  - {name: Good, query: SELECT 1}
  - name: Bad
    query: SELEC 1
  - name: Worse
    labels_include_any: [No such label]
    query: SELECT 1
`,
    "teams/new.yml": "name: New team\npolicies: []\n",
  });
  const refused = await gitops();
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    `${join(folder, "default.yml")}:6:5: label "No such label" does not exist`,
  );
  expect(refused.err).toMatch(/default.yml:4:5: .*line 1, column 1 of the query/);
  expect(await policyNames()).toEqual(before);
  expect((await db.select().from(teams)).map(({ name }) => name)).not.toContain("New team");
});

const ODD = [
  "SELECT 1 FROM file WHERE path = '$HOME' OR path = '\\$HOME' OR path LIKE '^a$';",
  "SELECT 1 -- ${X}\r\nFROM time;\n\n",
  "  SELECT 1\n\tFROM time -- # not: a key\n  WHERE 1 = '\\\\$'  ",
];

test("an export is files that change nothing when applied, and nothing when exported again", async () => {
  for (const [index, query] of ODD.entries()) {
    await insertPolicy({ name: `Odd: ${index}`, query, resolution: "Pay $5\nfor $NAME: 'yes'" });
  }
  await insertPolicy({ name: "yes", tags: ["cis-v8:3.6"], critical: true, interval: 60 });
  const exported = await muster(["gitops", "export", "-o", folder], { variables });
  expect(exported).toMatchObject({ code: 0, err: "" });
  const text = await readFile(join(folder, "default.yml"), "utf8");
  expect(text).not.toContain("the-secret-of-this");
  expect(text).toContain("Enroll secrets are left out");
  const again = await gitops(["--dry-run", "--exit-code"]);
  expect(again.out).toMatch(/^0 to create, 0 to change, 0 to delete, \d+ as they were. Nothing/);
  expect(again.code).toBe(0);
  await muster(["policies", "export", "-o", folder], { variables });
  expect(await readFile(join(folder, "default.yml"), "utf8")).toBe(text);

  const one = await muster(["policies", "export", "--team", "Lab"], { variables });
  expect(one.out).toContain("name: Lab");
  expect(one.out).toContain("- name: Of the lab");
  expect(one.out).not.toContain("Odd");
});

test("an export applied to an empty server makes the same again", async () => {
  await muster(["gitops", "export", "-o", folder], { variables });
  const first = await readFile(join(folder, "default.yml"), "utf8");
  await db.delete(exemptions);
  await db.delete(policies);
  await db.delete(teams);
  await db.delete(settings);
  await db.delete(labels).where(eq(labels.isBuiltin, false));
  const made = await gitops([]);
  expect(made).toMatchObject({ code: 0 });
  const copy = `${folder}-copy`;
  await muster(["gitops", "export", "-o", copy], { variables });
  expect(await readFile(join(copy, "default.yml"), "utf8")).toBe(first);
  const lab = await readFile(join(copy, "teams/lab.yml"), "utf8");
  expect(lab).toBe(await readFile(join(folder, "teams/lab.yml"), "utf8"));
  await rm(copy, { recursive: true });
});

test("import makes policies of a pack in a team, and tells what became of each", async () => {
  await write({
    "audit.conf": '{"queries": {"root": {"query": "SELECT 1 FROM users", "interval": 10,},},}',
  });
  const file = join(folder, "audit.conf");
  const dry = await muster(["import", "-f", file, "--team", "Lab", "--dry-run"], { variables });
  expect(dry.out).toContain("~ query root (team Lab)\n    as a policy it passes");
  expect(dry.out).toContain("0 taken as they are, 1 changed, 0 not taken. Nothing was written.");
  expect(await policyNames()).not.toContain("root");
  const done = await muster(["import", "-f", file, "--team", "Lab", "--rows-mean-fail"], {
    variables,
  });
  expect(done.code).toBe(0);
  const [root] = (await db.select().from(policies)).filter(({ name }) => name === "root");
  expect(root?.query).toContain("NOT EXISTS");
});

test("a token of a team applies its own file, and no other", async () => {
  const [lab] = (await db.select().from(teams)).filter(({ name }) => name === "Lab");
  const { token } = await insertUser("gitops", lab?.id, { apiOnly: true });
  const own = { MUSTER_TOKEN: token };
  await write({ "teams/lab.yml": "name: Lab\npolicies:\n  - {name: Mine, query: SELECT 1}\n" });
  expect(await gitops([], own)).toMatchObject({ code: 0 });
  expect(await policyNames()).toContain("Mine");
  await write({ "default.yml": "policies:\n  - {name: Not mine, query: SELECT 1}\n" });
  expect(await gitops([], own)).toMatchObject({ code: 1 });
  expect(await policyNames()).not.toContain("Not mine");
});

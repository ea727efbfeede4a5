import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { policies } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertUser } from "#lib/testing/world.ts";
import { testCli } from "./test-cli.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const address = await serveRoutes();
const { home, muster } = await testCli({ MUSTER_ADDRESS: address });
let variables: Record<string, string>;

beforeAll(async () => {
  variables = { MUSTER_TOKEN: (await insertUser("admin")).token };
});

async function apply(text: string, ...options: string[]) {
  const file = join(home, "policies.yml");
  await writeFile(file, text);
  return muster(["policies", "apply", "-f", file, ...options], { variables });
}

const policy = (name: string, query = "SELECT 1", more = "") =>
  `kind: policy\nspec:\n  name: ${name}\n  query: ${query}\n${more}`;
const namesOf = async () => (await db.select().from(policies)).map(({ name }) => name);

test("apply makes policies, and once more finds them as they are", async () => {
  const first = await apply(`${policy("Disk")}---\n${policy("Wall")}`);
  expect(first.out).toContain("2 created, 0 changed, 0 as they were.");
  expect(first.code).toBe(0);
  const again = await apply(`${policy("Disk")}---\n${policy("Wall")}`);
  expect(again.out).toBe("0 created, 0 changed, 2 as they were.");
});

test("a dry run shows what would change line by line, ends with 5 if asked, and writes nothing", async () => {
  const query = "|\n    SELECT 1\n    FROM time\n";
  const text = policy("Disk", query, "  critical: true\n");
  const dry = await apply(text, "--dry-run", "--exit-code");
  expect(dry.out.split("\n")).toEqual([
    "~ change policy Disk (all teams)",
    "    + query: FROM time",
    "    - critical: false",
    "    + critical: true",
    "0 to create, 1 to change, 0 as they were. Nothing was written.",
  ]);
  expect(dry.code).toBe(5);
  const [disk] = (await db.select().from(policies)).filter(({ name }) => name === "Disk");
  expect(disk).toMatchObject({ query: "SELECT 1", critical: false, revision: 1 });
  expect((await apply(policy("Wall"), "--dry-run", "--exit-code")).code).toBe(0);
});

test("a team is made before the policies that name it, whatever the order in the file", async () => {
  const team = "---\nkind: team\nspec: {team: {name: Lab}}\n";
  const text = `${policy("Lab disk", "SELECT 2", "  team: Lab\n")}${team}`;
  const dry = await apply(text, "--dry-run");
  expect(dry.out).toContain("+ create team Lab\n+ create policy Lab disk (team Lab)\n");
  expect(await db.select().from(teams)).toEqual([]);

  expect((await apply(text)).code).toBe(0);
  const [lab] = await db.select().from(teams);
  const [made] = (await db.select().from(policies)).filter(({ name }) => name === "Lab disk");
  expect(made?.teamId).toBe(lab?.id);
});

test("a file may say fleet as well as team, but not both and differently", async () => {
  const fleet = "---\nkind: fleet\nspec: {fleet: {name: Rack}}\n";
  const text = `${policy("Rack disk", "SELECT 3", "  fleet: Rack\n")}${fleet}`;
  expect((await apply(text)).out).toContain("2 created");
  const [rack] = (await db.select().from(teams)).filter(({ name }) => name === "Rack");
  const [disk] = (await db.select().from(policies)).filter(({ name }) => name === "Rack disk");
  expect(disk?.teamId).toBe(rack?.id);
  const both = await apply(policy("Two", "SELECT 4", "  team: Lab\n  fleet: Rack\n"));
  expect(both.code).toBe(2);
  expect(both.err).toContain('policies.yml:6:3: "team" and "fleet" differ: give one.');
  expect(await namesOf()).not.toContain("Two");
});

test("one mistake and nothing is written, not even the team before it", async () => {
  const before = await namesOf();
  const team = "---\nkind: team\nspec: {team: {name: Never}}\n";
  const unknownTeam = `${policy("Good")}${team}---\n${policy("Bad", "SELECT 1", "  team: Nowhere\n")}`;
  const refused = await apply(unknownTeam);
  expect(refused).toMatchObject({ code: 4, err: 'muster: Team "Nowhere" was not found' });
  expect((await apply(`${policy("Good")}---\n${policy("Bad", "''")}`)).code).toBe(2);
  expect(await namesOf()).toEqual(before);
  expect((await db.select().from(teams)).map(({ name }) => name)).not.toContain("Never");
});

test("configuration and enroll secrets are applied, and no secret is printed", async () => {
  const secret = "a-secret-of-the-file";
  const text = `kind: config\nspec: {org_info: {org_name: Acme}}\n---\nkind: enroll_secret\nspec: {secrets: [{secret: ${secret}}]}\n`;
  const done = await apply(text);
  expect(done.out).toContain('+ org_info.org_name: "Acme"');
  expect(done.out).not.toContain(secret);
  const listed = await muster(["secrets", "list"], { variables });
  expect(listed.out).toContain(secret);
});

test("a token that is not known, or too small a role, is told with an exit code of its own", async () => {
  const nobody = await muster(["policies", "list"], {
    variables: { MUSTER_TOKEN: "no-such-token" },
  });
  expect(nobody).toMatchObject({ code: 3 });
  expect(nobody.err).toContain(`muster login --address ${address}`);
  const { token } = await insertUser("observer");
  const file = join(home, "policies.yml");
  const argv = ["policies", "apply", "-f", file];
  expect((await muster(argv, { variables: { MUSTER_TOKEN: token } })).code).toBe(1);
});

test("labels are made before the policies that go by them, listed, read as a file, and deleted", async () => {
  const label = "kind: label\nspec:\n  name: Labs\n  query: SELECT 1\n  platform: darwin\n";
  const text = `${policy("Labs only", "SELECT 3", "  labels_include_any: [Labs]\n")}---\n${label}`;
  const dry = await apply(text, "--dry-run");
  expect(dry.out).toContain("+ create label Labs\n+ create policy Labs only (all teams)\n");
  expect((await apply(text)).out).toContain("2 created, 0 changed, 0 as they were.");
  expect((await apply(text)).out).toBe("0 created, 0 changed, 2 as they were.");
  const listed = await muster(["labels", "list", "--query", "lab"], { variables });
  expect(listed.out).toMatch(/Labs\s+SQL\s+0\s+1/);
  const read = await muster(["labels", "get", "Labs"], { variables });
  expect((await apply(read.out)).out).toBe("0 created, 0 changed, 1 as they were.");
  const refused = await muster(["labels", "delete", "Labs", "--yes"], { variables });
  expect(refused.err).toContain('Label "Labs" is used by policy "Labs only".');
  await apply(policy("Labs only", "SELECT 3"));
  expect((await muster(["labels", "delete", "Labs", "--yes"], { variables })).code).toBe(0);
  expect((await muster(["labels", "get", "Labs"], { variables })).code).toBe(4);
});

test("a label's mistakes are told with their places, and nothing is sent", async () => {
  const wrong = await apply("kind: label\nspec:\n  name: Labs\n  querry: SELECT 1\n");
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain(
    'policies.yml:4:3: a label has no key "querry". Did you mean "query"?',
  );
});

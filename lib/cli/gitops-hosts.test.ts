import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { testCli } from "./test-cli.ts";
import { serveRoutes } from "./test-server.ts";

await testDatabase();
const address = await serveRoutes();
const { home, muster } = await testCli({ MUSTER_ADDRESS: address });
let variables: Record<string, string>;

beforeAll(async () => {
  variables = { MUSTER_TOKEN: (await insertUser("admin")).token };
});

async function dryRun(text: string): Promise<string[]> {
  const folder = join(home, "repository");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "default.yml"), text);
  const ended = await muster(["gitops", "-f", folder, "--dry-run"], { variables });
  expect(ended).toMatchObject({ code: 0 });
  return ended.out.split("\n");
}

test("a dry run prints policies that a label's edit moves, how many hosts come and leave, and by which label", async () => {
  const hosts = await Promise.all(
    ["one", "two", "three"].map((hostname) => insertHost({ hostname })),
  );
  await insertLabel({ name: "Listed", host_ids: hosts.slice(0, 1) });
  await insertPolicy({ name: "Disk", labels_include_any: ["Listed"] });
  await insertPolicy({ name: "Wall" });
  const lines = await dryRun(`
labels:
  - {name: Listed, hosts: [two, three]}
`);
  expect(lines).toEqual([
    "~ change label Listed: 3 hosts",
    "    - hosts: 1",
    "    + hosts: 2",
    "~ hosts  policy Disk (all teams): 3 hosts, asks 1 now and 2 then, 2 come in and 1 leaves by label Listed",
    "0 to create, 1 to change, 0 to delete, 0 as they were, 1 as they were but of other hosts. Nothing was written.",
  ]);
});

test("where hosts have to answer a label first, it says how many, and does not say how it will be", async () => {
  const label = await insertLabel({ name: "Answered", query: "SELECT 1", platform: "darwin" });
  await answerLabel(await insertHost(), label.id, true);
  await insertPolicy({ name: "Ports", labels_include_any: ["Answered"] });
  const lines = await dryRun(`
labels:
  - {name: Listed, hosts: [one]}
  - {name: Answered, query: SELECT 2, platform: darwin}
policies:
  - {name: Ports, query: SELECT 1, labels_include_any: [Answered]}
`);
  const about = "4 hosts, asks 4 now, pending: 4 hosts have to answer label Answered first";
  expect(lines).toContain(`~ hosts  policy Ports (all teams): ${about}`);
  expect(lines).toContain(
    "~ change label Answered: 4 hosts, pending: 4 hosts have to answer first",
  );
  expect(lines).toContain("! keep   policy Disk (all teams) (made elsewhere): 1 host");
  expect(lines.at(-1)).toBe(
    "0 to create, 1 to change, 0 to delete, 1 as they were, 1 as they were but of other hosts, 2 made elsewhere and kept. Nothing was written.",
  );
});

import { expect, test } from "vitest";
import { POST as check } from "#app/api/v1/muster/sql/check/route.ts";
import { GET as getTables } from "#app/api/v1/muster/sql/tables/route.ts";
import { osqueryTables } from "#db/schema/system.ts";
import { TestAgents, TestHost } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

const db = await testDatabase();
const NAME = "fleet_detail_query_extension_tables";

/** A server that hosts tell of their extensions; what it learned is written when it stops. */
async function tell(...told: [platform: string, rows: unknown][]): Promise<void> {
  const agents = await new TestAgents().start();
  for (const [platform, rows] of told) {
    const host = new TestHost(agents, platform);
    await host.enroll();
    const body = { node_key: host.nodeKey, queries: { [NAME]: rows }, statuses: { [NAME]: 0 } };
    expect((await agents.post("distributed/write", body)).json).toEqual({});
  }
  await agents.stop();
}

test("tables of hosts' extensions are learned once for each platform, and queries may read them", async () => {
  const { admin } = await createWorld();
  const ask = async (query: string) =>
    (await request(check, { token: admin.token, body: { query } })).body;
  const sql = "SELECT 1 FROM mdm WHERE enrolled = 'true'";
  expect((await ask(sql)).errors).toHaveLength(1);
  await tell(
    ["darwin", [{ name: "mdm", columns: "enrolled TEXT,since BIGINT" }]],
    ["darwin", [{ name: "mdm", columns: "enrolled TEXT,since BIGINT" }]],
    ["windows", [{ name: "MDM", columns: "enrolled TEXT" }]],
  );
  expect(await ask(sql)).toEqual({
    errors: [],
    warnings: [],
    tables: ["mdm"],
    platforms: ["darwin", "windows"],
  });
  // A server that starts knows nothing, and a host with a newer extension has a column more.
  await tell(["darwin", [{ name: "mdm", columns: "enrolled TEXT,server TEXT" }]]);
  const { body } = await request(getTables, { token: admin.token });
  expect(body.tables).toEqual([
    {
      name: "mdm",
      platforms: ["darwin", "windows"],
      columns: [
        { name: "enrolled", type: "text", platforms: ["darwin", "windows"] },
        { name: "server", type: "text", platforms: ["darwin"] },
        { name: "since", type: "bigint", platforms: ["darwin"] },
      ],
    },
  ]);
});

test("what is no table, is osquery's own or is too much is passed over", async () => {
  const { admin } = await createWorld();
  const many = Array.from({ length: 700 }, (_, at) => ({ name: `t${at}`, columns: "a TEXT" }));
  await tell(
    ["linux", [{ name: "users", columns: "uid TEXT" }]],
    ["linux", [{ name: "x; DROP", columns: "a" }, { name: "y", columns: "b; c" }, { name: 7 }]],
    ["linux", "no rows"],
    ["linux", many],
    ["linux", many.slice(200)],
    ["linux", many.slice(400)],
    ["linux", many.slice(600)],
  );
  await tell(["linux", [{ name: "one_more", columns: "a TEXT" }]]);
  expect((await db.select().from(osqueryTables)).length).toBe(500);
  const { body } = await request(getTables, { token: admin.token });
  const names = body.tables.map(({ name }: { name: string }) => name);
  expect(names).not.toContain("users");
  expect(names).not.toContain("y");
  expect(names).not.toContain("one_more");
});

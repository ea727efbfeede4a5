import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { hosts } from "#db/schema/hosts.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { countsOf, hostIdOf, insertPolicy } from "#lib/testing/policies.ts";

const db = await testDatabase();
const agents = await testAgents();

const OBJECT_MEMBERS = ["constructor", "__proto__", "toString", "valueOf", "__defineGetter__"];

async function enrolled() {
  const host = new TestHost(agents);
  await host.enroll();
  return host;
}

test("a path named like a member of every object is no route, and ends no process", async () => {
  const host = await enrolled();
  for (const name of OBJECT_MEMBERS) {
    expect(await host.post(name)).toMatchObject({ status: 404 });
  }
});

test("a body that is too long is thrown away and acknowledged under Next as well", async () => {
  const url = "http://127.0.0.1/api/osquery/distributed/write";
  const body = Buffer.alloc(20 << 20, 97);
  const answer = await agents.app.handleWeb(new Request(url, { method: "POST", body }));
  expect([answer.status, await answer.text()]).toEqual([200, "{}"]);
});

test("a gzip body is inflated within the same bound under Next", async () => {
  const host = await enrolled();
  const post = async (text: string) => {
    const url = "http://127.0.0.1/api/osquery/config";
    const headers = { "content-encoding": "gzip" };
    const request = new Request(url, { method: "POST", body: gzipSync(text), headers });
    return (await agents.app.handleWeb(request)).status;
  };
  const body = JSON.stringify({ node_key: host.nodeKey });
  expect(await post(body)).toBe(200);
  expect(await post(body.padEnd(17 << 20))).toBe(400);
});

test("a body of millions of objects is not parsed, and one of many long rows is", async () => {
  const host = await enrolled();
  const bodyOf = (rows: string[]) =>
    Buffer.from(`{"node_key":"${host.nodeKey}","log_type":"status","data":[${rows.join()}]}`);
  const before = await agents.counted("too_large");
  const dense = bodyOf(Array.from({ length: 300_000 }, () => "{}"));
  expect(await agents.post("log", dense)).toMatchObject({ status: 200, json: {} });
  expect(await agents.counted("too_large")).toBe(before + 1);
  const line = `{"message":"${"x".repeat(60)}"}`;
  const long = bodyOf(Array.from({ length: 200_000 }, () => line));
  expect(await agents.post("log", long)).toMatchObject({ status: 200, json: {} });
  expect(await agents.counted("too_large")).toBe(before + 1);
});

test("a detail named like a member of every object adds nothing and loses no answer", async () => {
  const policyId = await insertPolicy();
  const host = await enrolled();
  await host.read();
  for (const name of OBJECT_MEMBERS) {
    const answer = await host.answer([`fleet_detail_query_${name}`]);
    expect(answer).toMatchObject({ status: 200, text: "{}" });
  }
  await host.answer([`fleet_policy_query_${policyId}`]);
  expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
});

test("numbers that no column holds are left out and lose no answer of the host", async () => {
  const policyId = await insertPolicy();
  const host = await enrolled();
  await host.read();
  const answer = await host.post("distributed/write", {
    queries: {
      fleet_detail_query_system_info: [
        { cpu_physical_cores: "99999999999", physical_memory: "8e15", hostname: "a\u0000\ud800" },
      ],
      fleet_detail_query_uptime: [{ total_seconds: "9007199254740000" }],
      fleet_detail_query_osquery_flags: [{ name: "distributed_interval", value: "1e15" }],
      fleet_detail_query_disk_space_unix: [{ gigs_disk_space_available: "1e999" }],
      [`fleet_policy_query_${policyId}`]: [{ 1: "1" }],
    },
  });
  expect(answer).toMatchObject({ status: 200, text: "{}" });
  expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
  const hostId = await hostIdOf(host.identifier);
  const [row] = await db.select().from(hosts).where(eq(hosts.id, hostId));
  expect(row).toMatchObject({ cpuPhysicalCores: 0, distributedIntervalSeconds: 0 });
  expect(row?.lastRestartedAt).toBeNull();
});

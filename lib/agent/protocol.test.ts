import { gzipSync } from "node:zlib";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { hashToken } from "#lib/crypto.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();

const agentRow = async (host: TestHost) => {
  const [row] = await db
    .select()
    .from(hostAgents)
    .innerJoin(hosts, eq(hosts.id, hostAgents.hostId))
    .where(eq(hostAgents.identifier, host.identifier));
  if (!row) throw new Error("no such host");
  return row;
};

describe("enrolling", () => {
  test("gives a node key that is stored hashed, and what the host told of itself", async () => {
    const host = new TestHost(agents);
    const { status, json } = await host.enroll();
    expect(status).toBe(200);
    expect(json.node_key).toHaveLength(32);
    const row = await agentRow(host);
    expect(row.host_agents.nodeKeyHash).toEqual(hashToken(json.node_key));
    expect(row.hosts).toMatchObject({
      hostname: host.identifier,
      platformFamily: "darwin",
      osVersion: "macOS 15.1",
      osqueryVersion: "5.23.1",
    });
  });

  test("with a team's secret puts the host into the team", async () => {
    const teamId = await insertTeam();
    const host = new TestHost(agents);
    await host.enroll(teamId);
    expect((await agentRow(host)).hosts.teamId).toBe(teamId);
  });

  test("with a wrong secret is refused with 401 and node_invalid", async () => {
    const { status, json } = await agents.post("enroll", {
      enroll_secret: "wrong",
      host_identifier: "nobody",
    });
    expect(status).toBe(401);
    expect(json).toEqual({
      error: "enroll failed: no matching secret found",
      node_invalid: true,
    });
  });

  test("again keeps the host and lets the previous key work for a while", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const { hosts: before } = await agentRow(host);
    const previousKey = host.nodeKey;
    await host.enroll();
    expect(host.nodeKey).not.toBe(previousKey);
    expect((await agentRow(host)).hosts.id).toBe(before.id);
    for (const key of [previousKey, host.nodeKey]) {
      expect((await agents.post("config", { node_key: key })).status).toBe(200);
    }
  });

  test("twenty times at once makes one host", async () => {
    const host = new TestHost(agents);
    await Promise.all(Array.from({ length: 20 }, () => host.enroll()));
    const rows = await db
      .select()
      .from(hostAgents)
      .where(eq(hostAgents.identifier, host.identifier));
    expect(rows).toHaveLength(1);
  });
});

describe("an enrolled host", () => {
  test("gets its configuration in equal bytes each time", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const first = await host.post("config");
    expect(first.json.options.distributed_interval).toBe(10);
    expect((await host.post("config")).text).toBe(first.text);
  });

  test("is asked everything at first, with a discovery for every query", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const { json } = await host.post("distributed/read");
    expect(Object.keys(json.queries)).toContain("fleet_detail_query_system_info");
    expect(Object.keys(json.discovery)).toEqual(Object.keys(json.queries));
    expect(new Set(Object.values(json.discovery))).toEqual(new Set(["SELECT 1"]));
    expect(json.accelerate).toBe(10);
  });

  test("has nothing to do once it has answered", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    await host.checkIn();
    expect((await host.post("distributed/read")).text).toBe('{"queries":{},"discovery":{}}');
  });

  test("is served by both path families alike", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const body = { node_key: host.nodeKey };
    const one = await agents.post("/api/osquery/config", body);
    const other = await agents.post("/api/v1/osquery/config", body);
    expect(other.text).toBe(one.text);
  });

  test("fills its page from what the detail queries find", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const names = Object.keys(await host.read());
    await host.post("distributed/write", {
      queries: Object.fromEntries(
        names.map((name) => [name, DETAIL_ROWS[name.replace("fleet_detail_query_", "")] ?? []]),
      ),
    });
    const { hosts: row } = await agentRow(host);
    expect(row).toMatchObject({
      computerName: "Ada's Mac",
      memoryBytes: 17_179_869_184,
      cpuLogicalCores: 8,
      primaryIp: "10.0.0.7",
      primaryMac: "aa:bb:cc:00:11:22",
      diskAvailableGigabytes: 120.5,
      diskEncryptionEnabled: true,
      distributedIntervalSeconds: 10,
      hardwareSerial: "C02X",
    });
  });
});

const DETAIL_ROWS: Record<string, Record<string, string>[]> = {
  system_info: [
    {
      hostname: "ada",
      computer_name: "Ada's Mac",
      physical_memory: "17179869184",
      cpu_logical_cores: "8",
      hardware_serial: "C02X",
    },
  ],
  network_interface_unix: [{ address: "10.0.0.7", mac: "aa:bb:cc:00:11:22" }],
  disk_space_unix: [{ gigs_disk_space_available: "120.5", gigs_total_disk_space: "500.0" }],
  disk_encryption_darwin: [{ encrypted: "1" }],
  osquery_flags: [{ name: "distributed_interval", value: "10" }],
};

describe("the mount under Next", () => {
  test("answers every route with the same bytes as the one in front of it", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const key = { node_key: host.nodeKey };
    const requests: [string, string][] = [
      ["config", JSON.stringify(key)],
      ["distributed/write", JSON.stringify({ ...key, queries: {} })],
      ["distributed/write", "{"],
      ["log", JSON.stringify({ ...key, log_type: "status", data: [] })],
      ["config", JSON.stringify({ node_key: "wrong" })],
      ["config", "not json"],
      ["enroll", JSON.stringify({ enroll_secret: "wrong" })],
      ["nowhere", "{}"],
    ];
    for (const [path, body] of requests) {
      const inFront = await agents.post(path, body);
      const url = `http://127.0.0.1/api/osquery/${path}`;
      const below = await agents.app.handleWeb(new Request(url, { method: "POST", body }));
      expect([path, below.status, await below.text()]).toEqual([
        path,
        inFront.status,
        inFront.text,
      ]);
    }
  });
});

describe("bad input", () => {
  test.each([
    ["config", "bad_json"],
    ["distributed/read", "bad_json"],
    ["enroll", "bad_json"],
  ])("malformed JSON to %s is an error the agent tries again after", async (path, reason) => {
    const before = await agents.counted(reason);
    const { status, json } = await agents.post(path, '{"node_key":');
    expect(status).toBe(400);
    expect(json.error).toBeTruthy();
    expect(json.node_invalid).toBeUndefined();
    expect(await agents.counted(reason)).toBe(before + 1);
  });

  test.each(["distributed/write", "log"])(
    "malformed JSON to %s is acknowledged, or it would come back for ever",
    async (path) => {
      const before = await agents.counted("bad_json");
      expect((await agents.post(path, "[1,2")).text).toBe("{}");
      expect(await agents.counted("bad_json")).toBe(before + 1);
    },
  );

  test("a body of 50 MB is read, thrown away and acknowledged", async () => {
    const before = await agents.counted("too_large");
    const { status, text } = await agents.post("distributed/write", Buffer.alloc(50 << 20, 97));
    expect([status, text]).toEqual([200, "{}"]);
    expect(await agents.counted("too_large")).toBe(before + 1);
  });

  test("a gzip bomb is refused without being inflated", async () => {
    const before = await agents.counted("bad_gzip");
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    const { text } = await agents.post("log", bomb, { "content-encoding": "gzip" });
    expect(text).toBe("{}");
    expect(await agents.counted("bad_gzip")).toBe(before + 1);
  });

  test("gzipped logs are taken", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const body = JSON.stringify({ node_key: host.nodeKey, log_type: "result", data: [{}] });
    const answer = await agents.post("log", gzipSync(body), { "content-encoding": "gzip" });
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
  });

  test("a log of unknown type is acknowledged and counted", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const before = await agents.counted("bad_log");
    expect((await host.post("log", { log_type: "poem", data: [] })).text).toBe("{}");
    expect(await agents.counted("bad_log")).toBe(before + 1);
  });

  test("a node key that is missing, empty, unknown or no text makes the host enroll again", async () => {
    for (const key of [undefined, "", "unknown", 7, { a: 1 }]) {
      const { status, json } = await agents.post("distributed/read", { node_key: key });
      expect([status, json.node_invalid]).toEqual([401, true]);
    }
  });

  test("bytes that are no UTF-8 arrive as replacement characters and hurt nothing", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    const [head, tail] = [
      `{"node_key":"${host.nodeKey}","queries":{"fleet_detail_query_system_info":[{"hostname":"a`,
      '"}]}}',
    ];
    const body = Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xfe]), Buffer.from(tail)]);
    expect((await agents.post("distributed/write", body)).text).toBe("{}");
    expect((await agentRow(host)).hosts.hostname).toBe("a\ufffd\ufffd");
  });

  test("results for unknown names and of wrong shapes are skipped, the others taken", async () => {
    const host = new TestHost(agents);
    await host.enroll();
    await host.read();
    const before = await agents.counted("unknown_query");
    const answer = await host.post("distributed/write", {
      queries: {
        fleet_detail_query_system_info: [{ hostname: "taken" }],
        fleet_policy_query_999999: [{ 1: "1" }],
        fleet_policy_query_: [],
        something_else: [{}],
        fleet_detail_query_os_version: "",
      },
      statuses: { fleet_policy_query_999999: "0", fleet_detail_query_uptime: "nonsense" },
      messages: [],
      stats: 3,
    });
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
    expect(await agents.counted("unknown_query")).toBe(before + 2);
    expect((await agentRow(host)).hosts.hostname).toBe("taken");
  });
});

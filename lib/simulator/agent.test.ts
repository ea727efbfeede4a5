import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Agent, createAgent } from "./agent.ts";
import { costOf } from "./cost.ts";
import { createSqlEngine, type SqlEngine } from "./engine.ts";
import { createGate } from "./gate.ts";
import { createHost } from "./host.ts";
import { createPresence } from "./presence.ts";
import { makeProfile } from "./profiles.ts";
import { type Answer, startTestServer, type TakenRequest, type TestServer } from "./test-server.ts";
import { createTransport, judge } from "./transport.ts";

const day = 86_400_000;

let engine: SqlEngine;
let server: TestServer;
let waits: number[] = [];
let clockMilliseconds = Date.now();

beforeAll(async () => {
  // A budget this small stands for osquery's watchdog; ordinary queries take a millisecond.
  engine = await createSqlEngine({ wallMillisecondsMax: 300, resultBytesMax: 100_000 });
});
afterAll(() => engine.close());
afterEach(() => server.close());

type Script = (request: TakenRequest) => Answer | undefined;

async function agentAgainst(script: Script, index = 0): Promise<Agent> {
  server = await startTestServer(script);
  waits = [];
  const profile = makeProfile("test", index, { diskEncrypted: true }, "darwin");
  return createAgent({
    host: createHost(profile, new Date()),
    engine,
    transport: createTransport({ serverUrl: server.url, gate: createGate(8) }),
    presence: createPresence(undefined),
    enrollSecret: "the secret",
    savedNodeKey: "",
    intervalSeconds: 10,
    signal: new AbortController().signal,
    nowMilliseconds: () => clockMilliseconds,
    sleep: async (milliseconds) => {
      waits.push(milliseconds / 1000);
    },
    onTrouble: () => undefined,
  });
}

/** Hands out each read's answer once, then nothing to do. */
function reads(...answers: object[]): Script {
  const left = [...answers];
  return ({ path }) => (path.endsWith("/read") ? { ...left.shift() } : undefined);
}

const runaway = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";

const lastWrite = () => server.taken("/write").at(-1)?.body;

test("enrols with secret, identifier, platform mask and detail tables, then sends the key twice", async () => {
  const agent = await agentAgainst(() => undefined);
  await agent.distributedCycle();
  const [enroll, read] = server.requests;
  const { uuid, serial } = agent.host.profile;
  expect(enroll?.body).toMatchObject({
    enroll_secret: "the secret",
    host_identifier: uuid,
    platform_type: "21",
    host_details: {
      system_info: { uuid, hardware_serial: serial, physical_memory: expect.any(String) },
      os_version: { platform: "darwin" },
      osquery_info: { uuid },
    },
  });
  expect(enroll?.headers.authorization).toBeUndefined();
  expect(read?.body.node_key).toBe("key-1");
});

test("answers with rows of strings, integer statuses, messages and stats", async () => {
  const agent = await agentAgainst(
    reads({
      queries: {
        b: "SELECT 1.0 AS half, 9007199254740993 AS big, NULL AS missing, 'é' AS text",
        a: "SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on';",
        c: "SELECT 1 FROM bitlocker_info",
        d: "SELECT 1 FROM alf WHERE global_state > 5",
      },
      discovery: { a: "SELECT 1", b: "SELECT 1", c: "SELECT 1", d: "SELECT 1" },
    }),
  );
  await agent.distributedCycle();
  const body = lastWrite();
  expect(Object.keys(body?.queries ?? {})).toEqual(["a", "b", "c", "d"]);
  expect(body).toMatchObject({
    node_key: "key-1",
    queries: {
      a: [{ "1": "1" }, { "1": "1" }],
      b: [{ half: "1.0", big: "9007199254740993", missing: "", text: "é" }],
      c: [],
      d: [],
    },
    statuses: { a: 0, b: 0, c: 1, d: 0 },
    messages: { a: "", c: "no such table: bitlocker_info" },
    stats: { a: { wall_time_ms: expect.any(Number), memory: expect.any(Number) } },
  });
});

test("a query costs a host the same each time, another host something else, and never nothing", () => {
  const [first, second] = ["host-1", "host-2"].map((uuid) => costOf(uuid, "SELECT 1 FROM alf"));
  expect(costOf("host-1", "SELECT 1 FROM alf")).toEqual(first);
  expect(second).not.toEqual(first);
  for (let n = 0; n < 200; n++) {
    const { wallMs, memoryBytes } = costOf(`host-${n}`, `SELECT ${n}`);
    expect(wallMs).toBeGreaterThan(0);
    expect(memoryBytes).toBeGreaterThan(200_000);
  }
});

test("an empty discovery result skips its query silently; a query without discovery runs", async () => {
  const agent = await agentAgainst(
    reads({
      queries: { skipped: "SELECT 1", asked: "SELECT 2 AS n", free: "SELECT 3 AS n" },
      discovery: { skipped: "SELECT 1 WHERE 0", asked: "SELECT 1" },
    }),
  );
  await agent.distributedCycle();
  expect(lastWrite()?.queries).toEqual({ asked: [{ n: "2" }], free: [{ n: "3" }] });
});

test("one broken discovery drops the whole answer and nothing is written", async () => {
  const agent = await agentAgainst(
    reads({
      queries: { a: "SELECT 1", b: "SELECT 1" },
      discovery: { a: "SELECT 1", b: "SELECT 1 FROM bitlocker_info" },
    }),
  );
  await agent.distributedCycle();
  expect(server.taken("/write")).toHaveLength(0);
  await agent.sendLogs();
  expect(JSON.stringify(server.taken("/log")[0]?.body)).toContain(
    "discovery query has an SQL error",
  );
});

test("unacknowledged results are tried three times, kept, and go out merged with newer ones", async () => {
  let refusing = true;
  const script = reads({ queries: { a: "SELECT 1 AS n" } }, { queries: { b: "SELECT 2 AS n" } });
  const agent = await agentAgainst((request) =>
    request.path.endsWith("/write") && refusing ? { error: "busy" } : script(request),
  );
  await agent.distributedCycle();
  expect(server.taken("/write")).toHaveLength(3);
  expect(waits).toEqual([1, 4]);
  refusing = false;
  await agent.distributedCycle();
  expect(lastWrite()?.queries).toEqual({ a: [{ n: "1" }], b: [{ n: "2" }] });
  await agent.distributedCycle();
  expect(server.taken("/write")).toHaveLength(4);
});

test("a broken connection is sent again at once, before any waiting", async () => {
  let drops = 1;
  const agent = await agentAgainst(({ path }) =>
    path.endsWith("/read") && drops-- > 0 ? { drop: true } : undefined,
  );
  await agent.distributedCycle();
  expect(server.taken("/read")).toHaveLength(2);
  expect(waits).toEqual([]);
});

test("node_invalid drops the key, enrols again and repeats the same body with the new key", async () => {
  const script = reads({ queries: { a: "SELECT 1 AS n" } });
  const agent = await agentAgainst((request) =>
    request.path.endsWith("/write") && request.body.node_key === "key-1"
      ? { node_invalid: true, error: "unknown" }
      : script(request),
  );
  await agent.distributedCycle();
  expect(server.taken("/enroll")).toHaveLength(2);
  expect(lastWrite()).toMatchObject({ node_key: "key-2", queries: { a: [{ n: "1" }] } });
  expect(agent.nodeKey()).toBe("key-2");
});

test("a refused secret is tried twelve times with growing waits, and then a read with no key goes out", async () => {
  const agent = await agentAgainst(({ path }) =>
    path.endsWith("/enroll")
      ? { error: "enroll failed", node_invalid: true }
      : { node_invalid: true },
  );
  await agent.sendLogs();
  await agent.refreshConfig();
  expect(waits.slice(0, 12)).toEqual([1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144]);
  expect(server.taken("/config")[0]?.body.node_key).toBe("");
});

test("a query that the watchdog kills is never answered, and its text is refused for a day", async () => {
  const agent = await agentAgainst(
    reads(
      { queries: { a: "SELECT 1 AS n", b: runaway, c: "SELECT 3 AS n" } },
      { queries: { again: runaway, other: "SELECT 4 AS n" } },
      { queries: { commented: `${runaway} LIMIT 1` } },
      { queries: { later: runaway } },
    ),
  );
  await agent.distributedCycle();
  expect(server.taken("/write")).toHaveLength(0);
  await agent.distributedCycle();
  // What had finished was lost with the worker; what still waited runs after it.
  expect(lastWrite()).toMatchObject({
    queries: { again: [], c: [{ n: "3" }], other: [{ n: "4" }] },
    statuses: { again: 1, c: 0, other: 0 },
    messages: { again: "distributed query is denylisted", c: "" },
  });
  await agent.distributedCycle();
  expect(lastWrite()?.statuses).toEqual({ commented: 0 });
  clockMilliseconds += day + 1;
  await agent.distributedCycle();
  // A day later it is tried again, and kills again.
  expect(server.taken("/write")).toHaveLength(2);
});

test("logs tell each distributed query, and lines stay until the server takes them", async () => {
  let refusing = true;
  const script = reads({ queries: { fleet_policy_query_9: "SELECT 1" } });
  const agent = await agentAgainst((request) =>
    request.path.endsWith("/log") && refusing ? "<html>502</html>" : script(request),
  );
  await agent.distributedCycle();
  await agent.sendLogs();
  refusing = false;
  await agent.sendLogs();
  await agent.sendLogs();
  const [first, second, ...more] = server.taken("/log").map(({ body }) => body);
  expect(first).toEqual(second);
  expect(more).toEqual([]);
  expect(second).toMatchObject({ log_type: "status", data: [{ severity: 0 }, { severity: 0 }] });
  expect(JSON.stringify(second)).toContain("fleet_policy_query_9: SELECT 1");
});

test("status codes mean nothing, an empty body is success, and HTML or `error` is failure", () => {
  expect(judge("").kind).toBe("ok");
  expect(judge('{"message":"x"}').kind).toBe("ok");
  expect(judge('{"node_invalid":false}').kind).toBe("ok");
  expect(judge('{"error":null}').kind).toBe("failed");
  expect(judge("<html>").kind).toBe("failed");
  expect(judge("[]").kind).toBe("failed");
  expect(judge('{"node_invalid":true}').kind).toBe("node-invalid");
});

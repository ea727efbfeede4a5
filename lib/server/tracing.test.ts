import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { GET as attest } from "#app/api/v1/muster/attest/[identifier]/route.ts";
import { createLog } from "#lib/log.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { hostIdOf, insertOldPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { insertUser } from "#lib/testing/world.ts";
import { startWorker } from "#lib/worker/worker.ts";
import { createMetrics } from "../metrics.ts";
import { traced } from "../tracing.ts";
import { startTracing } from "../tracing-sdk.ts";
import { describeStatement } from "../tracing-statements.ts";
import { dispatch } from "./dispatch.ts";

interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: { key: string; value: Record<string, unknown> }[];
}

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const TRACEPARENT = { traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01` };

const db = await testDatabase();
const agents = await testAgents();
const spans: Span[] = [];
const sent: string[] = [];

async function listen(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An OpenTelemetry collector: takes spans as OTLP in JSON. */
const collector = await listen(async (req, res) => {
  const body = (await json(req)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  sent.push(`${req.url} ${JSON.stringify(body)}`);
  spans.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((s) => s.spans)));
  res.end("{}");
});

let stop: () => Promise<void>;
beforeAll(() => {
  vi.stubEnv("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
  vi.stubEnv("OTEL_BSP_SCHEDULE_DELAY", "50");
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=trial");
  stop = startTracing({ log: createLog("silent"), hasSampler: false });
});
afterAll(async () => {
  await stop();
  vi.unstubAllEnvs();
});

const namesOf = (traceId: string) =>
  spans.filter((span) => span.traceId === traceId).map((span) => span.name);
const found = (traceId: string, name: string) =>
  vi.waitFor(() => {
    const span = spans.find((one) => one.traceId === traceId && one.name === name);
    if (!span) throw new Error(`no ${name} among ${namesOf(traceId).join(", ")}`);
    return span;
  }, 5_000);

test("an agent's answers are one trace from its own traceparent to the statements of the commit", async () => {
  const policyId = await insertOldPolicy();
  const host = new TestHost(agents);
  await host.enroll();
  await host.read();
  const body = {
    node_key: host.nodeKey,
    queries: { [`fleet_policy_query_${policyId}`]: [{ 1: "1" }] },
    statuses: { [`fleet_policy_query_${policyId}`]: 0 },
  };
  const headers = { ...TRACEPARENT, "X-Request-Id": "of-the-balancer" };
  expect((await agents.post("distributed/write", body, headers)).status).toBe(200);

  const answering = await found(TRACE_ID, "agent distributed/write");
  expect(answering.parentSpanId).toBe("b7ad6b7169203331");
  const commit = await found(TRACE_ID, "commit reports");
  expect(commit.parentSpanId).toBe(answering.spanId);
  const statement = await found(TRACE_ID, "INSERT policy_membership");
  expect(statement.parentSpanId).toBe(commit.spanId);
  const attributes = Object.fromEntries(answering.attributes.map(({ key, value }) => [key, value]));
  expect(attributes).toMatchObject({
    "http.route": { stringValue: "distributed/write" },
    "http.response.status_code": { intValue: 200 },
    "muster.outcome": { stringValue: "ok" },
    "muster.request_id": { stringValue: "of-the-balancer" },
  });
  expect(sent.join()).not.toContain(host.nodeKey);
});

test("a request of the API is a trace with its statements, under its route and without its token", async () => {
  const { token } = await insertUser("observer");
  const host = new TestHost(agents);
  await host.enroll();
  await hostIdOf(host.identifier);
  const address = await listen(
    dispatch(
      {
        operations: {},
        web: async (req, res) => {
          const params = { identifier: host.identifier };
          const { status } = await request(attest, { token, params });
          res.writeHead(status, { "X-Trace": req.headers.traceparent }).end();
        },
      },
      createMetrics(),
    ),
  );
  const traceId = TRACE_ID.replace("0af7", "ffff");
  const traceparent = TRACEPARENT.traceparent.replace(TRACE_ID, traceId);
  const url = `${address}/api/v1/muster/attest/${host.identifier}?note=a-secret-in-a-query`;
  await fetch(url, { headers: { traceparent, authorization: `Bearer ${token}` } });
  const answering = await found(traceId, "GET attest");
  const session = await found(traceId, "SELECT sessions");
  expect(session.parentSpanId).toBe(answering.spanId);
  for (const secret of [token, "a-secret-in-a-query", host.identifier]) {
    expect(sent.join()).not.toContain(secret);
  }
});

test("of check-ins without a traceparent about a hundredth become traces", async () => {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  const before = spans.length;
  for (let n = 0; n < 100; n++) await host.read();
  await traced("the end of the check-ins", {}, async () => undefined);
  await vi.waitFor(() =>
    expect(spans.map((span) => span.name)).toContain("the end of the check-ins"),
  );
  expect(spans.length - before).toBeLessThan(50);
});

test("a statement that waited for a connection stays in the trace it was asked in", async () => {
  const names = Array.from({ length: 30 }, (_, n) => `crowded ${n}`);
  const ask = (name: string) => traced(name, {}, () => db.$client.query("SELECT id FROM teams"));
  await Promise.all(names.map(ask));
  for (const name of names) {
    const root = await vi.waitFor(() => spans.find((span) => span.name === name) ?? expect.fail());
    // A new connection is set up by whoever opens it.
    const inTrace = () => namesOf(root.traceId).filter((one) => one !== "SET");
    await vi.waitFor(() => expect(inTrace().sort()).toEqual(["SELECT teams", name]));
  }
});

test("jobs of the worker are traces", async () => {
  const worker = startWorker({ db, log: createLog("silent"), metrics: createMetrics() });
  await vi.waitFor(
    () => expect(spans.map((span) => span.name)).toContain("job judge again"),
    10_000,
  );
  await worker.stop();
});

test("spans go to the standard path, and say what the standard variables say of their source", () => {
  expect(sent[0]).toMatch(/^\/v1\/traces /);
  expect(sent[0]).toContain('{"key":"service.name","value":{"stringValue":"muster"}}');
  expect(sent[0]).toContain("trial");
});

test.each([
  ["SELECT a FROM `hosts` WHERE b = 'x'", "SELECT", "hosts"],
  ["  insert ignore into leases (name) values ('from secrets')", "INSERT", "leases"],
  ["SELECT 'it''s from secrets', \"from secrets\", x'00' FROM teams", "SELECT", "teams"],
  [`SELECT '${"from a ".repeat(200)}' FROM teams`, "SELECT", undefined],
  ["UPDATE host_agents SET card = 'from secrets'", "UPDATE", "host_agents"],
  ["SELECT 1", "SELECT", undefined],
  ["", "OTHER", undefined],
])(
  "of a statement a span says its operation and table alone (%#)",
  (statement, operation, table) => {
    expect(describeStatement(statement)).toEqual({ operation, table });
  },
);

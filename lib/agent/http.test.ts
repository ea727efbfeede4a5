import { once } from "node:events";
import { createServer, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeEach, expect, test } from "vitest";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { bareMount } from "#lib/testing/agent.ts";
import { Admission } from "./admission.ts";

const MEGABYTE = 1024 * 1024;
const BODY = Buffer.from('{"node_key":"nobody\'s"}'.padEnd(10 * MEGABYTE));

/** Whose work waits until the test does it. */
class Waiting extends Admission {
  readonly works: (() => void)[] = [];
  places = 0;

  override enter(route: string) {
    const refusal = super.enter(route);
    if (!refusal) this.places++;
    return refusal;
  }

  override leave(): void {
    super.leave();
    this.places--;
  }

  override work(work: () => void): void {
    this.works.push(work);
  }
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const metrics = createMetrics();
const admission = new Waiting({ log: createLog("fatal"), metrics, isFull: () => false });
const server = createServer(bareMount(admission, metrics)).listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => void server.close());

function buffersBytes(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

let before = 0;
beforeEach(() => {
  before = buffersBytes();
});

/** Agents of a route whose requests ended so. */
async function counted(route: string, outcome: string): Promise<number> {
  const { values } = await metrics.agentRequests.get();
  const found = values.find(({ labels }) => labels.route === route && labels.outcome === outcome);
  return found?.value ?? 0;
}

/** An agent whose whole body has come. */
async function waitingAgent(route = "log") {
  const { port } = server.address() as AddressInfo;
  const req = httpRequest({ port, path: `/api/osquery/${route}`, method: "POST" });
  req.on("error", () => undefined);
  const asked = once(server, "request") as Promise<[unknown, ServerResponse]>;
  req.end(BODY);
  const [, res] = await asked;
  await expect.poll(() => admission.works.length).toBe(1);
  const leave = async () => {
    const closed = once(res, "close");
    req.destroy();
    await closed;
  };
  const answered = once(req, "response").then(([{ statusCode }]) => statusCode);
  answered.catch(() => undefined);
  return { leave, answered };
}

const expectForgotten = () =>
  expect.poll(() => buffersBytes() - before).toBeLessThan(BODY.length / 2);

test("an agent that leaves while it waits in line leaves no body, and its place when its turn comes", async () => {
  const { leave } = await waitingAgent();
  expect(buffersBytes() - before).toBeGreaterThan(BODY.length / 2);
  await leave();
  await expectForgotten();
  expect(admission.places).toBe(1);
  admission.works.pop()?.();
  expect(admission.places).toBe(0);
  expect(await counted("log", "aborted")).toBe(1);
});

test("agents that leave in the middle of a body are counted, under routes that nobody can make up", async () => {
  const { port } = server.address() as AddressInfo;
  const leave = async (route: string) => {
    const headers = { "content-length": 100 };
    const path = `/api/osquery/${route}`;
    const req = httpRequest({ port, path, method: "POST", headers });
    req.on("error", () => undefined);
    const asked = once(server, "request") as Promise<[unknown, ServerResponse]>;
    req.write("half");
    const [, res] = await asked;
    const closed = once(res, "close");
    req.destroy();
    await closed;
  };
  await leave("config");
  expect(await counted("config", "aborted")).toBe(1);
  await leave("made-up");
  expect(await counted("unknown", "aborted")).toBe(1);
  expect(admission.places).toBe(0);
});

test("an agent that leaves while it waits for its answer leaves neither body nor place", async () => {
  const { leave } = await waitingAgent();
  admission.works.pop()?.();
  await leave();
  await expectForgotten();
  expect(admission.places).toBe(0);
});

test("an enrolment for which there is no place left is overload, and no failure", async () => {
  const first = await waitingAgent("enroll");
  admission.works.pop()?.();
  const second = await waitingAgent("enroll");
  admission.works.pop()?.();
  expect(await second.answered).toBe(503);
  const text = await metrics.registry.metrics();
  expect(text).toContain('muster_agents_shed_total{route="enroll",reason="buffer"} 1');
  expect(await counted("enroll", "shed")).toBe(1);
  await first.leave();
});

import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as getEvents } from "#app/api/v1/muster/runs/[id]/events/route.ts";
import { POST as stop } from "#app/api/v1/muster/runs/[id]/stop/route.ts";
import { POST as start } from "#app/api/v1/muster/runs/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { letFollowersGo } from "#lib/runs/watch.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();

async function enrolled(): Promise<TestHost & { id: number }> {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  const [row] = await db
    .select({ id: hosts.id })
    .from(hosts)
    .where(eq(hosts.hostname, host.identifier));
  return Object.assign(host, { id: row?.id ?? 0 });
}

async function startOn(...hostIds: number[]): Promise<{ id: number; name: string }> {
  const body = { query: "SELECT 1", kind: "policy", targets: { host_ids: hostIds } };
  const { body: run } = await request(start, { token: world.admin.token, body });
  await agents.app.refresh();
  return { id: run.id, name: `fleet_distributed_query_${run.id}` };
}

interface SentEvent {
  event: string;
  id: string | undefined;
  data: any;
}

/** The stream as a browser reads it. */
class Events {
  private text = "";
  readonly response: Response;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    this.response = response;
    if (!response.body) throw new Error("no body");
    this.reader = response.body.getReader();
  }

  static async of(
    runId: number,
    headers: Record<string, string> = {},
    left = new AbortController(),
  ) {
    const sent = new Request(`http://127.0.0.1/api/v1/muster/runs/${runId}/events`, {
      headers: { authorization: `Bearer ${world.admin.token}`, ...headers },
      signal: left.signal,
    });
    const params = Promise.resolve({ id: String(runId) });
    return new Events(await getEvents(sent, { params }));
  }

  /** The next event; undefined at the end. */
  async next(): Promise<SentEvent | undefined> {
    for (;;) {
      const end = this.text.indexOf("\n\n");
      if (end >= 0) {
        const lines = this.text.slice(0, end).split("\n");
        this.text = this.text.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        return {
          event: field("event") ?? "",
          id: field("id"),
          data: JSON.parse(field("data") ?? "null"),
        };
      }
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.text += new TextDecoder().decode(value);
    }
  }

  async until(event: string): Promise<SentEvent> {
    for (;;) {
      const next = await this.next();
      if (!next) throw new Error(`the stream ended before ${event}`);
      if (next.event === event) return next;
    }
  }
}

test("tells of each host as it answers, then the totals, and ends when all have", async () => {
  const [first, second] = [await enrolled(), await enrolled()];
  const { id, name } = await startOn(first.id, second.id);
  const events = await Events.of(id);
  expect(events.response.headers.get("content-type")).toContain("text/event-stream");
  expect(events.response.headers.get("x-accel-buffering")).toBe("no");
  expect((await events.until("hello")).data).toMatchObject({
    run: { id, hosts: 2, state: "running" },
    totals: { waiting: 2 },
    offline: 0,
  });
  await first.answer([name]);
  const { data, id: eventId } = await events.until("hosts");
  expect(data.hosts).toMatchObject([{ host_id: first.id, outcome: "pass", rows: [{ 1: "1" }] }]);
  expect((await events.until("totals")).data.totals).toMatchObject({ pass: 1, waiting: 1 });

  const resumed = await Events.of(id, { "last-event-id": String(Number(eventId) + 60_000) });
  await second.answer([name]);
  expect((await events.until("hosts")).data.hosts).toMatchObject([{ host_id: second.id }]);
  expect((await events.until("done")).data.run.state).toBe("answered");
  expect(await events.next()).toBeUndefined();
  // What was told before the line was cut is not told again, but for the last seconds.
  expect((await resumed.until("done")).data.totals).toMatchObject({ answered: 2 });
});

test("a stopped run ends the stream; whoever comes later hears all of it", async () => {
  const [host, silent] = [await enrolled(), await enrolled()];
  const { id, name } = await startOn(host.id, silent.id);
  const events = await Events.of(id);
  await host.answer([name]);
  await request(stop, { token: world.admin.token, params: { id }, method: "POST" });
  expect((await events.until("done")).data.run.state).toBe("stopped");
  const later = await Events.of(id);
  expect((await later.until("hosts")).data.hosts).toMatchObject([{ host_id: host.id }]);
  await later.until("done");
});

test("whoever leaves is not followed any more", async () => {
  const host = await enrolled();
  const { id } = await startOn(host.id);
  const watches = () =>
    (globalThis as { musterRunWatches?: Map<number, unknown> }).musterRunWatches?.has(id);
  const left = new AbortController();
  const events = await Events.of(id, {}, left);
  await events.until("hello");
  expect(watches()).toBe(true);
  left.abort();
  expect(await events.next()).toBeUndefined();
  expect(watches()).toBe(false);
});

test("a process that ends lets its followers go, without saying that the run is over", async () => {
  const { id } = await startOn((await enrolled()).id);
  const events = await Events.of(id);
  await events.until("hello");
  letFollowersGo();
  expect(await events.next()).toBeUndefined();
  Object.assign(globalThis, { musterRunsLeft: undefined });
});

test("a run of somebody else is not there", async () => {
  const { id } = await startOn((await enrolled()).id);
  const { status } = await request(getEvents, { token: world.teamAdmin.token, params: { id } });
  expect(status).toBe(404);
});

import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { GET as getEvents } from "#app/api/v1/muster/runs/[id]/events/route.ts";
import { GET as getHosts } from "#app/api/v1/muster/runs/[id]/hosts/route.ts";
import { POST as stop } from "#app/api/v1/muster/runs/[id]/stop/route.ts";
import { POST as start } from "#app/api/v1/muster/runs/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { users, userTeams } from "#db/schema/users.ts";
import { deleteSessionsOf } from "#lib/auth/sessions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { transferHosts } from "#lib/hosts/manage.ts";
import { letFollowersGo } from "#lib/runs/watch.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertUser } from "#lib/testing/world.ts";

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

const startOn = (...hostIds: number[]) => startAs(world.admin.token, ...hostIds);

async function startAs(token: string, ...hostIds: number[]): Promise<{ id: number; name: string }> {
  const body = { query: "SELECT 1", kind: "policy", targets: { host_ids: hostIds } };
  const { body: run } = await request(start, { token, body });
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

describe("rights that end while a run goes on", () => {
  const leaving = async () => {
    const user = await insertUser("maintainer", world.teamId);
    const host = await enrolled();
    await transferHosts(SYSTEM, world.teamId, [host.id]);
    const run = await startAs(user.token, host.id);
    return { user, host, run };
  };

  test.each([
    ["the session is revoked", (userId: number) => deleteSessionsOf(db, userId)],
    [
      "the right is taken away",
      (userId: number) =>
        db.update(userTeams).set({ role: "observer" }).where(eq(userTeams.userId, userId)),
    ],
  ])("end the stream within seconds, and without a word of hosts, when %s", async (_, end) => {
    const { user, host, run } = await leaving();
    const events = await Events.of(run.id, { authorization: `Bearer ${user.token}` });
    await events.until("hello");
    await end(user.id);
    const told: string[] = [];
    // Its answer comes when the rights have been looked at again.
    setTimeout(() => host.answer([run.name]), 6_000);
    for (let next = await events.next(); next; next = await events.next()) told.push(next.event);
    expect(told).not.toContain("hosts");
    expect(told).not.toContain("done");
  });

  test("leave a host alone that moved out of its author's teams", async () => {
    const { user, host, run } = await leaving();
    await transferHosts(SYSTEM, world.otherTeamId, [host.id]);
    await agents.app.refresh();
    expect(Object.keys(await host.read())).not.toContain(run.name);
    await host.answer([run.name]);
    const { body } = await request(getHosts, { token: user.token, params: { id: run.id } });
    expect(body.hosts).toEqual([]);
  });

  test("have nobody asked any more once the author is gone", async () => {
    const { user, host, run } = await leaving();
    await db.delete(users).where(eq(users.id, user.id));
    await agents.app.refresh();
    expect(Object.keys(await host.read())).not.toContain(run.name);
  });

  test("are what they were for everybody else", async () => {
    const { host, run } = await leaving();
    await agents.app.refresh();
    expect(Object.keys(await host.read())).toContain(run.name);
  });
});

import { and, eq, sql } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { GET as getEvents } from "#app/api/v1/muster/runs/[id]/events/route.ts";
import { GET as getHosts } from "#app/api/v1/muster/runs/[id]/hosts/route.ts";
import { GET as getRun } from "#app/api/v1/muster/runs/[id]/route.ts";
import { POST as stop } from "#app/api/v1/muster/runs/[id]/stop/route.ts";
import { POST as start } from "#app/api/v1/muster/runs/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { runs } from "#db/schema/runs.ts";
import { userTeams } from "#db/schema/users.ts";
import { deleteSessionsOf } from "#lib/auth/sessions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { transferHosts } from "#lib/hosts/manage.ts";
import { letFollowersGo } from "#lib/runs/watch.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertUser } from "#lib/testing/world.ts";
import { deleteUser } from "#lib/users/users.ts";

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

test("a stopped run is followed until the hosts that had been asked have answered", async () => {
  const [asked, late, silent] = [await enrolled(), await enrolled(), await enrolled()];
  const { id, name } = await startOn(asked.id, late.id, silent.id);
  for (const host of [asked, late]) expect(Object.keys(await host.read())).toContain(name);
  const events = await Events.of(id);
  await events.until("hello");
  await request(stop, { token: world.admin.token, params: { id }, method: "POST" });
  // At once, not at the next sign of life.
  const stopped = await events.until("totals");
  expect(stopped.data).toMatchObject({ run: { state: "stopped" }, totals: { waiting: 3 } });
  for (const [index, host] of [asked, late].entries()) {
    await host.answer([name]);
    expect((await events.until("hosts")).data.hosts).toMatchObject([{ host_id: host.id }]);
    expect((await events.until("totals")).data.totals).toMatchObject({ answered: index + 1 });
  }
  expect((await events.until("done")).data).toMatchObject({
    run: { state: "stopped" },
    totals: { pass: 2, waiting: 1 },
  });
});

test("a stopped run is over with its time, whoever had been asked", async () => {
  const host = await enrolled();
  const { id, name } = await startOn(host.id);
  expect(Object.keys(await host.read())).toContain(name);
  await request(stop, { token: world.admin.token, params: { id }, method: "POST" });
  const events = await Events.of(id);
  await events.until("hello");
  await db.update(runs).set({ expiresAt: sql`utc_timestamp(3)` }).where(eq(runs.id, id));
  expect((await events.until("done")).data.totals).toMatchObject({ waiting: 1 });
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
    ["the author is deleted", (id: number) => deleteUser(SYSTEM, { id })],
  ])("end the stream, although the run is not over, when %s", async (_, end) => {
    const { user, host, run } = await leaving();
    const events = await Events.of(run.id, { authorization: `Bearer ${user.token}` });
    await events.until("hello");
    await end(user.id);
    for (let next = await events.next(); next; next = await events.next()) {
      expect(next.event).toBe("totals");
    }
    const { body } = await request(getRun, { token: world.admin.token, params: { id: run.id } });
    expect(body.run).toMatchObject({ state: "running", answered_hosts: 0 });
    await host.answer([run.name]);
  });

  test("leave a host alone that moved out of its author's teams, before it is asked or after", async () => {
    const [before, after] = [await leaving(), await leaving()];
    expect(Object.keys(await after.host.read())).toContain(after.run.name);
    for (const { host, run } of [before, after]) {
      await transferHosts(SYSTEM, world.otherTeamId, [host.id]);
      await agents.app.refresh();
      expect(Object.keys(await host.read())).not.toContain(run.name);
      await host.answer([run.name]);
      const seen = { token: world.admin.token, params: { id: run.id } };
      const { body } = await request(getHosts, seen);
      expect(body.hosts).toMatchObject([{ host_id: host.id, outcome: "waiting", rows: [] }]);
    }
  });

  test("end the totals of a team that was lost, and of a host that moved, at once", async () => {
    const user = await insertUser("maintainer", world.teamId);
    await db
      .insert(userTeams)
      .values({ userId: user.id, teamId: world.otherTeamId, role: "maintainer" });
    const hosts = [await enrolled(), await enrolled(), await enrolled()] as const;
    const [kept, moved, lost] = hosts;
    await transferHosts(SYSTEM, world.teamId, [kept.id, moved.id]);
    await transferHosts(SYSTEM, world.otherTeamId, [lost.id]);
    const { id, name } = await startAs(user.token, ...hosts.map((host) => host.id));
    for (const host of hosts) await host.answer([name]);
    const seenBy = async ({ token }: { token: string }) => {
      const events = await Events.of(id, { authorization: `Bearer ${token}` });
      const hello = await events.until("hello");
      const told = await events.until("totals");
      await events.until("done");
      const { body } = await request(getRun, { token, params: { id } });
      expect(hello.data.totals).toEqual(body.totals);
      expect(told.data.totals).toEqual(body.totals);
      return { pass: body.totals.pass, hosts: body.totals.hosts };
    };
    expect(await seenBy(user)).toEqual({ pass: 3, hosts: 3 });

    const isLost = and(eq(userTeams.userId, user.id), eq(userTeams.teamId, world.otherTeamId));
    await db.delete(userTeams).where(isLost);
    expect(await seenBy(user)).toEqual({ pass: 2, hosts: 2 });
    await transferHosts(SYSTEM, null, [moved.id]);
    expect(await seenBy(user)).toEqual({ pass: 1, hosts: 1 });
    expect(await seenBy(world.admin)).toEqual({ pass: 3, hosts: 3 });
  });

  test("have nobody asked any more once the author is gone", async () => {
    const { user, host, run } = await leaving();
    await deleteUser(SYSTEM, { id: user.id });
    await agents.app.refresh();
    expect(Object.keys(await host.read())).not.toContain(run.name);
  });

  test("are what they were for everybody else", async () => {
    const { host, run } = await leaving();
    await agents.app.refresh();
    expect(Object.keys(await host.read())).toContain(run.name);
  });
});

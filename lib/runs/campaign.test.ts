import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { POST as queryHost } from "#app/api/v1/fleet/hosts/[id]/query/route.ts";
import { POST as queryByIdentifier } from "#app/api/v1/fleet/hosts/identifier/[identifier]/query/route.ts";
import { POST as runQuery } from "#app/api/v1/fleet/queries/run/route.ts";
import { POST as runByNames } from "#app/api/v1/fleet/queries/run_by_identifiers/route.ts";
import { GET as liveStatus } from "#app/api/v1/fleet/status/live_query/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { deleteSessionsOf } from "#lib/auth/sessions.ts";
import { env } from "#lib/env.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertUser } from "#lib/testing/world.ts";
import { createResultsSocket } from "./socket.ts";

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();
const results = createResultsSocket();
const server = createServer();
server.on("upgrade", results.upgrade);
await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
afterAll(() => server.close());
const { port } = server.address() as AddressInfo;

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

const nameOf = (runId: number) => `fleet_distributed_query_${runId}`;

describe("POST /queries/run", () => {
  accessTable({
    "POST /queries/run": [
      runQuery,
      [200, 200, 403, 200, 400, 401],
      async (w) => ({
        body: { query: "SELECT 1", selected: { hosts: [await insertHost({ teamId: w.teamId })] } },
      }),
    ],
    "GET /status/live_query": [liveStatus, [200, 200, 200, 200, 200, 401]],
  });

  test("answers with the campaign, its metrics in Fleet's spelling", async () => {
    const host = await insertHost();
    const offline = await insertHost({ seenAt: new Date(0) });
    const { body } = await request(runQuery, {
      token: world.admin.token,
      body: {
        query: "SELECT 1",
        query_id: null,
        selected: { hosts: [host, offline], labels: null },
      },
    });
    expect(body.campaign).toMatchObject({
      Metrics: { TotalHosts: 2, OnlineHosts: 1, OfflineHosts: 1, MissingInActionHosts: 0 },
      query_id: null,
      user_id: world.admin.id,
    });
  });

  test.each([
    [{ query: "SELECT 1", selected: { hosts: [], labels: [] } }, 400, "no hosts targeted"],
    [{ query: "", selected: { hosts: [1] } }, 400, "query must be specified"],
    [{ query: "", query_id: 7, selected: { hosts: [1] } }, 404, "Query 7"],
  ])("refuses %j", async (body, expected, reason) => {
    const { status, body: answer } = await request(runQuery, { token: world.admin.token, body });
    expect(status).toBe(expected);
    expect(answer.errors[0].reason).toContain(reason);
  });

  test("takes hosts by what they go by, leaves blanks out and names unknown labels", async () => {
    const host = await enrolled();
    const run = (selected: unknown) =>
      request(runByNames, { token: world.admin.token, body: { query: "SELECT 1", selected } });
    const { body } = await run({ hosts: [host.identifier, "", "nobody"], labels: [""] });
    expect(body.campaign.Metrics.TotalHosts).toBe(1);
    const refused = await run({ hosts: [], labels: ["no such label"] });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].reason).toContain("no such label");
  });
});

describe("POST /hosts/{id}/query", () => {
  const body = { query: "SELECT 1" };

  test.each([
    ["its id", queryHost, (host: { id: number }) => ({ id: host.id })],
    ["a name of it", queryByIdentifier, (host: TestHost) => ({ identifier: host.identifier })],
  ])("waits for the answer of the host that goes by %s", async (_, query, paramsOf) => {
    const host = await enrolled();
    const asking = request(query, { token: world.admin.token, params: paramsOf(host), body });
    let names: string[] = [];
    while (names.length === 0) {
      await agents.app.refresh();
      names = Object.keys(await host.read());
    }
    await host.answer(names);
    expect((await asking).body).toEqual({
      host_id: host.id,
      query: "SELECT 1",
      status: "online",
      rows: [{ 1: "1" }],
    });
  });

  test("gives up after its time, and the host is not asked any more", async () => {
    const host = await enrolled();
    const settings = env();
    const before = settings.liveQueryRestPeriodSeconds;
    Object.assign(settings, { liveQueryRestPeriodSeconds: 1 });
    const { body } = await request(queryHost, {
      token: world.admin.token,
      params: { id: host.id },
      body: { query: "SELECT 1" },
    });
    Object.assign(settings, { liveQueryRestPeriodSeconds: before });
    expect(body).toMatchObject({ rows: null, error: "The host did not answer within 1 s." });
    await agents.app.refresh();
    expect(await host.read()).toEqual({});
  });

  test("a host of another team is refused, and not there by its name", async () => {
    const hostname = "of-another-team";
    const id = await insertHost({ teamId: world.otherTeamId, hostname });
    const { token } = world.teamAdmin;
    expect((await request(queryHost, { token, params: { id }, body })).status).toBe(403);
    const params = { identifier: hostname };
    expect((await request(queryByIdentifier, { token, params, body })).status).toBe(404);
    const asked = { token: world.observer.token, params, body };
    expect((await request(queryByIdentifier, asked)).status).toBe(403);
  });
});

describe("the results' websocket", () => {
  /** A client that says something and notes all it hears, until it is hung up on. */
  function connect(token: string, campaignId: number) {
    const client = new WebSocket(`ws://127.0.0.1:${port}/api/latest/fleet/results/websocket`);
    const heard: { type: string; data: Record<string, unknown> }[] = [];
    client.on("open", () => {
      client.send(JSON.stringify({ type: "auth", data: { token } }));
      client.send(JSON.stringify({ type: "select_campaign", data: { campaign_id: campaignId } }));
    });
    client.on("message", (data) => heard.push(JSON.parse(data.toString())));
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    return { client, heard, closed };
  }

  const campaignOn = (...ids: number[]) => campaignAs(world.admin.token, ...ids);

  async function campaignAs(token: string, ...ids: number[]): Promise<number> {
    const { body } = await request(runQuery, {
      token,
      body: { query: "SELECT 1", selected: { hosts: ids } },
    });
    await agents.app.refresh();
    return body.campaign.id;
  }

  test("takes the paths of all versions and no other", () => {
    expect(results.handles("/api/latest/fleet/results/websocket")).toBe(true);
    expect(results.handles("/api/v1/fleet/results/websocket")).toBe(true);
    expect(results.handles("/api/v1/fleet/hosts")).toBe(false);
  });

  test("sends totals, results with the host's names, errors, and the end", async () => {
    const [host, broken] = [await enrolled(), await enrolled()];
    const id = await campaignOn(host.id, broken.id);
    const { heard, closed } = connect(world.admin.token, id);
    await host.answer([nameOf(id)]);
    await broken.post("distributed/write", {
      queries: { [nameOf(id)]: "" },
      statuses: { [nameOf(id)]: 1 },
      messages: { [nameOf(id)]: "no such table: nope" },
    });
    await closed;
    expect(heard[0]).toEqual({
      type: "totals",
      data: { count: 2, online: 2, offline: 0, missing_in_action: 0 },
    });
    const found = heard.filter(({ type }) => type === "result").map(({ data }) => data);
    expect(found).toHaveLength(2);
    expect(found.find(({ error }) => error === null)).toMatchObject({
      distributed_query_execution_id: id,
      host: { id: host.id, hostname: host.identifier },
      rows: [{ 1: "1", host_hostname: host.identifier, host_display_name: "A computer" }],
    });
    expect(found.find(({ error }) => error !== null)).toMatchObject({
      error: "no such table: nope",
    });
    expect(heard.at(-1)).toMatchObject({
      type: "status",
      data: { status: "finished", expected_results: 2, actual_results: 2 },
    });
  });

  test("the campaign ends with its listener", async () => {
    const host = await enrolled();
    const id = await campaignOn(host.id);
    const { client, heard, closed } = connect(world.admin.token, id);
    while (heard.length === 0) await new Promise((resume) => setTimeout(resume, 10));
    client.close();
    await closed;
    for (;;) {
      const [rows] = await db.$client.query("SELECT stopped_at AS at FROM runs WHERE id = ?", [id]);
      if ((rows as { at: Date | null }[])[0]?.at) break;
      await new Promise((resume) => setTimeout(resume, 10));
    }
    expect(await host.read()).toEqual({});
  });

  test.each([
    ["somebody else", () => world.maintainer.token, "Only the user who started"],
    ["somebody without the right", () => world.observer.token, "You may not do this"],
    ["nobody", () => "wrong", "Authentication failed"],
  ])("tells %s nothing but why", async (_, token, reason) => {
    const id = await campaignOn((await enrolled()).id);
    const { heard, closed } = connect(token(), id);
    await closed;
    expect(heard).toEqual([{ type: "error", data: expect.stringContaining(reason) }]);
  });

  test("hangs up within seconds once the session is revoked, and says so", async () => {
    const user = await insertUser("maintainer");
    const id = await campaignAs(user.token, (await enrolled()).id);
    const { heard, closed } = connect(user.token, id);
    while (heard.length === 0) await new Promise((resume) => setTimeout(resume, 10));
    await deleteSessionsOf(db, user.id);
    await closed;
    const failure = { type: "error", data: expect.stringContaining("sign in again") };
    expect(heard.at(-1)).toEqual(failure);
  });

  test("hangs up on what is no message", async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/api/latest/fleet/results/websocket`);
    const heard: string[] = [];
    client.on("open", () => client.send("hello"));
    client.on("message", (data) => heard.push(data.toString()));
    await new Promise<void>((resolve) => client.once("close", () => resolve()));
    expect(heard).toEqual([expect.stringContaining("of the type auth")]);
  });
});

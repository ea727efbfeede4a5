import { eq } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { GET as getHosts } from "#app/api/v1/muster/runs/[id]/hosts/route.ts";
import { GET as getRun } from "#app/api/v1/muster/runs/[id]/route.ts";
import { POST as stop } from "#app/api/v1/muster/runs/[id]/stop/route.ts";
import { POST as count } from "#app/api/v1/muster/runs/count/route.ts";
import { GET as list, POST as start } from "#app/api/v1/muster/runs/route.ts";
import { bulk } from "#db/client.ts";
import { labelMembership, labels } from "#db/schema/labels.ts";
import { activities } from "#db/schema/system.ts";
import { deleteOldRuns } from "#lib/runs/clean-up.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, type TestUser } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const otherAgents = await testAgents();
const world = await createWorld();

const nameOf = (runId: number) => `fleet_distributed_query_${runId}`;

async function enrolled(
  teamId: number | null = null,
  at = agents,
): Promise<TestHost & { id: number }> {
  const host = new TestHost(at);
  await host.enroll(teamId);
  await host.checkIn();
  const [rows] = await db.$client.query("SELECT id FROM hosts WHERE hostname = ?", [
    host.identifier,
  ]);
  return Object.assign(host, { id: (rows as { id: number }[])[0]?.id ?? 0 });
}

interface Started {
  id: number;
  hosts: number;
  online_hosts: number;
}

async function run(
  hostIds: number[],
  body: Record<string, unknown> = {},
  user: TestUser = world.admin,
): Promise<Started> {
  const sent = { query: "SELECT 1 AS one;", targets: { host_ids: hostIds }, ...body };
  const { status, body: answered } = await request(start, { token: user.token, body: sent });
  if (status !== 200) throw new Error(JSON.stringify(answered));
  await agents.app.refresh();
  await otherAgents.app.refresh();
  return answered;
}

const totalsOf = async (id: number) =>
  (await request(getRun, { token: world.admin.token, params: { id } })).body.totals;
const hostsOf = async (id: number, query = {}) =>
  (await request(getHosts, { token: world.admin.token, params: { id }, query })).body.hosts;

/** A host that enrolled at one server and speaks to another from now on. */
function movedTo(host: TestHost, at: typeof agents): TestHost {
  return Object.assign(new TestHost(at), { nodeKey: host.nodeKey, identifier: host.identifier });
}

describe("handing out", () => {
  test("a run reaches its hosts at their next check-in, alone, with its discovery entry", async () => {
    const host = await enrolled();
    const other = await enrolled();
    const { id, online_hosts } = await run([host.id]);
    expect(online_hosts).toBe(1);
    const { json } = await host.post("distributed/read");
    expect(json).toEqual({
      queries: { [nameOf(id)]: "SELECT 1 AS one;" },
      discovery: { [nameOf(id)]: "SELECT 1" },
      accelerate: 60,
    });
    expect(await other.read()).toEqual({});
    expect(await host.read()).toEqual({});
  });

  test("what one server hands out another one does not, and it takes the answer", async () => {
    const host = await enrolled();
    const { id } = await run([host.id]);
    const elsewhere = movedTo(host, otherAgents);
    expect(Object.keys(await host.read())).toEqual([nameOf(id)]);
    expect(await elsewhere.read()).toEqual({});
    await elsewhere.post("distributed/write", {
      queries: { [nameOf(id)]: [{ one: "1" }] },
      statuses: { [nameOf(id)]: 0 },
      stats: { [nameOf(id)]: { wall_time_ms: 12, user_time: 1, system_time: 1, memory: 4096 } },
    });
    expect(await hostsOf(id)).toMatchObject([
      {
        host_id: host.id,
        outcome: "done",
        row_count: 1,
        rows: [{ one: "1" }],
        wall_time_ms: 12,
        memory_bytes: 4096,
        asked_times: 1,
      },
    ]);
    expect(await totalsOf(id)).toMatchObject({ hosts: 1, answered: 1, done: 1, waiting: 0 });
  });

  test("a stopped run is handed no more, at once, and still takes what was asked before", async () => {
    const [asked, late] = [await enrolled(), await enrolled()];
    const { id } = await run([asked.id, late.id]);
    await asked.read();
    const sent = { token: world.admin.token, params: { id }, method: "POST" };
    expect((await request(stop, sent)).body.state).toBe("stopped");
    expect((await request(stop, sent)).body.state).toBe("stopped");
    const told = await db.select().from(activities).where(eq(activities.type, "stopped_run"));
    expect(told).toMatchObject([{ actorId: world.admin.id, details: { run_id: id } }]);
    expect(await late.read()).toEqual({});
    await asked.answer([nameOf(id)]);
    expect(await totalsOf(id)).toMatchObject({ answered: 1, waiting: 1 });
  });

  test("a query that never comes back is handed out three times, a minute and more apart", async () => {
    const host = await enrolled();
    const { id } = await run([host.id]);
    const pass = (seconds: number) =>
      db.$client.query(
        "UPDATE run_hosts SET asked_at = asked_at - INTERVAL ? SECOND WHERE run_id = ?",
        [seconds, id],
      );
    // Another server each time: none of them knows what the others handed out.
    const asks = async () => {
      const fresh = await new TestAgents().start();
      onTestFinished(() => fresh.stop());
      return Object.keys(await movedTo(host, fresh).read());
    };
    expect(await asks()).toEqual([nameOf(id)]);
    expect(await asks()).toEqual([]);
    await pass(61);
    expect(await asks()).toEqual([nameOf(id)]);
    expect(await asks()).toEqual([]);
    await pass(61);
    expect(await asks()).toEqual([nameOf(id)]);
    await pass(600);
    expect(await asks()).toEqual([]);
  });

  test("a run whose time is over is handed no more and takes no answers", async () => {
    const host = await enrolled();
    const { id } = await run([host.id]);
    await host.read();
    await db.$client.query("UPDATE runs SET expires_at = UTC_TIMESTAMP(3) WHERE id = ?", [id]);
    await host.answer([nameOf(id)]);
    expect(await totalsOf(id)).toMatchObject({ answered: 0, waiting: 1 });
    expect(await agents.counted("late_or_unknown_run")).toBeGreaterThan(0);
  });
});

describe("answers", () => {
  test("rows mean pass and none fail, errors keep their message, a denylisted query is marked", async () => {
    const hosts = [await enrolled(), await enrolled(), await enrolled(), await enrolled()];
    const { id } = await run(
      hosts.map((host) => host.id),
      { kind: "policy" },
    );
    const answers = [
      { queries: [{ one: "1" }], status: 0 },
      { queries: [], status: 0 },
      { queries: "", status: 1, message: "no such table: alf" },
      { queries: [], status: 1, message: "distributed query is denylisted" },
    ];
    for (const [index, host] of hosts.entries()) {
      const given = answers[index];
      await host.post("distributed/write", {
        queries: { [nameOf(id)]: given?.queries },
        statuses: { [nameOf(id)]: given?.status },
        messages: { [nameOf(id)]: given?.message ?? "" },
      });
    }
    const found = await hostsOf(id);
    expect(found.map((host: { outcome: string }) => host.outcome)).toEqual([
      "pass",
      "fail",
      "error",
      "error",
    ]);
    expect(found[2].error).toBe("no such table: alf");
    expect(await totalsOf(id)).toMatchObject({ pass: 1, fail: 1, error: 2, denylisted: 1 });
    expect(await hostsOf(id, { outcome: "fail" })).toMatchObject([{ host_id: hosts[1]?.id }]);
  });

  test("the first answer stays, and of many rows the first are kept and all are counted", async () => {
    const host = await enrolled();
    const { id } = await run([host.id]);
    const rows = Array.from({ length: 3_000 }, (_, n) => ({ n: String(n), text: "x".repeat(400) }));
    await host.post("distributed/write", { queries: { [nameOf(id)]: rows } });
    await host.answer([nameOf(id)]);
    const [found] = await hostsOf(id);
    expect(found.row_count).toBe(3_000);
    expect(found.rows.length).toBeGreaterThan(500);
    expect(JSON.stringify(found.rows).length).toBeLessThanOrEqual(256 * 1024);
    expect(found.rows[0]).toEqual(rows[0]);
  });

  test("a host that was not asked cannot answer", async () => {
    const [host, stranger] = [await enrolled(), await enrolled()];
    const { id } = await run([host.id]);
    expect((await stranger.answer([nameOf(id)])).json).toEqual({});
    expect((await stranger.answer([nameOf(99_999_999), "fleet_distributed_query_x"])).json).toEqual(
      {},
    );
    expect(await totalsOf(id)).toMatchObject({ hosts: 1, answered: 0 });
  });
});

describe("targets", () => {
  test("hosts, labels, teams and a sample per platform; nothing that the viewer may not query", async () => {
    const own = [
      await insertHost({ teamId: world.teamId }),
      await insertHost({ teamId: world.teamId, platform: "windows" }),
      await insertHost({ teamId: world.teamId, platform: "windows" }),
      await insertHost({ teamId: world.teamId, seenAt: new Date(0) }),
    ];
    const foreign = await insertHost({ teamId: world.otherTeamId });
    const { token } = world.teamAdmin;
    const counted = async (targets: Record<string, unknown>) =>
      (await request(count, { token, body: { targets } })).body;
    expect(await counted({ team_ids: [world.teamId, world.otherTeamId] })).toEqual({
      hosts: 4,
      online: 3,
      offline: 1,
      by_platform: { darwin: 2, windows: 2 },
    });
    expect(await counted({ host_ids: [own[0], foreign] })).toMatchObject({ hosts: 1 });
    expect(await counted({ sample_per_platform: 1 })).toMatchObject({
      hosts: 2,
      online: 2,
      by_platform: { darwin: 1, windows: 1 },
    });
    expect(await counted({ team_ids: [world.teamId], platforms: ["windows"] })).toMatchObject({
      hosts: 2,
    });
    const at = new Date();
    const label = { name: "Some", description: "", query: "", membershipType: "manual" };
    const [{ insertId: labelId }] = await db
      .insert(labels)
      .values({ ...label, createdAt: at, updatedAt: at });
    const members = [own[0], own[1], foreign].flatMap((hostId) => (hostId ? [hostId] : []));
    await db
      .insert(labelMembership)
      .values(members.map((hostId) => ({ hostId, labelId, isMember: true, since: at })));
    expect(await counted({ label_ids: [labelId] })).toMatchObject({ hosts: 2 });
    const unknown = await request(count, { token, body: { targets: { label_ids: [999_999] } } });
    expect(unknown.status).toBe(404);
    const refused = await request(start, {
      token,
      body: { query: "SELECT 1", targets: { host_ids: [foreign] } },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].reason).toContain("no hosts targeted");
  });
});

describe("limits and rights", () => {
  accessTable({
    "POST /muster/runs": [
      start,
      [200, 200, 403, 200, 400, 401],
      async (w) => ({
        body: {
          query: "SELECT 1",
          targets: { host_ids: [await insertHost({ teamId: w.teamId })] },
        },
      }),
    ],
    "GET /muster/runs": [list, [200, 200, 403, 200, 200, 401]],
  });

  test("observer+ may run, an observer of a team may not", async () => {
    const id = await insertHost({ teamId: world.teamId });
    const plus = await insertUser("observer_plus", world.teamId);
    expect(await run([id], {}, plus)).toMatchObject({ hosts: 1 });
    const body = { query: "SELECT 1", targets: { host_ids: [id] } };
    const { status } = await request(start, { token: world.teamObserver.token, body });
    expect(status).toBe(403);
  });

  test("a run of somebody else is not there for a team's people, and is for global ones", async () => {
    const { id } = await run([await insertHost({ teamId: world.teamId })], {}, world.admin);
    const seen = async (user: TestUser) =>
      (await request(getRun, { token: user.token, params: { id } })).status;
    expect(await seen(world.maintainer)).toBe(200);
    expect(await seen(world.teamAdmin)).toBe(404);
    expect(await seen(world.observer)).toBe(403);
  });

  test.each([
    ["a write", "DELETE FROM users", "refuse"],
    ["a syntax error", "SELEC 1", "line 1"],
    ["nothing", "  ", "empty"],
  ])("refuses %s and says why", async (_, query, reason) => {
    const body = { query, targets: { host_ids: [await insertHost()] } };
    const { status, body: answer } = await request(start, { token: world.admin.token, body });
    expect([400, 422]).toContain(status);
    expect(answer.errors[0].reason).toContain(reason);
  });

  test("lets through a table that it does not know: a host may have it from an extension", async () => {
    await run([await insertHost()], { query: "SELECT * FROM table_of_an_extension" });
  });

  test("refuses more hosts than a run may have, with the number", async () => {
    const at = new Date();
    const teamId = await insertTeam();
    await bulk(
      db,
      "INSERT INTO hosts (team_id, created_at, updated_at, last_enrolled_at) VALUES ?",
      Array.from({ length: 10_001 }, () => [teamId, at, at, at]),
    );
    const body = { query: "SELECT 1", targets: { team_ids: [teamId] } };
    const { status, body: answer } = await request(start, { token: world.admin.token, body });
    expect(status).toBe(422);
    expect(answer.errors[0].reason).toContain("10001 hosts are more");
  });

  test("refuses what would make too many hosts wait for one person, until a run is stopped", async () => {
    const user = await insertUser("admin");
    const hostId = await insertHost();
    const body = { query: "SELECT 1", targets: { host_ids: [hostId] } };
    const { id } = await run([hostId], {}, user);
    await db.$client.query("UPDATE runs SET hosts = 30000 WHERE id = ?", [id]);
    const { status, headers, body: answer } = await request(start, { token: user.token, body });
    expect(status).toBe(429);
    expect(headers.get("retry-after")).toBe("10");
    expect(answer.errors[0].reason).toContain("Stop one");
    await request(stop, { token: user.token, params: { id }, method: "POST" });
    expect((await request(start, { token: user.token, body })).status).toBe(200);
  });
});

describe("keeping", () => {
  test("a run goes a month after its end, with all it was told, in bounded steps", async () => {
    const hosts = [await insertHost(), await insertHost(), await insertHost()];
    const [old, young] = [await run(hosts), await run(hosts)];
    const age = (id: number, days: number) =>
      db.$client.query(
        "UPDATE runs SET expires_at = UTC_TIMESTAMP(3) - INTERVAL ? DAY WHERE id = ?",
        [days, id],
      );
    await age(old.id, 31);
    await age(young.id, 29);
    const removeTwo = () => deleteOldRuns(db, 2);
    expect([await removeTwo(), await removeTwo(), await removeTwo(), await removeTwo()]).toEqual([
      2, 1, 1, 0,
    ]);
    const { body } = await request(list, { token: world.admin.token });
    const ids = body.runs.map((one: { id: number }) => one.id);
    expect(ids).toContain(young.id);
    expect(ids).not.toContain(old.id);
  });
});

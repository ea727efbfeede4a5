import { beforeAll, describe, expect, test } from "vitest";
import { GET as summary } from "#app/api/v1/fleet/host_summary/route.ts";
import { GET as count } from "#app/api/v1/fleet/hosts/count/route.ts";
import { GET as report } from "#app/api/v1/fleet/hosts/report/route.ts";
import { GET as list } from "#app/api/v1/fleet/hosts/route.ts";
import { POST as search } from "#app/api/v1/fleet/hosts/search/route.ts";
import { GET as getPolicy } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const token = () => world.admin.token;
type Query = Record<string, string | number | boolean>;
const ids = async (query: Query, as = token()): Promise<number[]> => {
  const { body } = await request(list, { token: as, query: { order_key: "id", ...query } });
  return body.hosts.map((host: { id: number }) => host.id);
};
const counted = async (query: Query, as = token()): Promise<number> =>
  (await request(count, { token: as, query })).body.count;
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

accessTable({
  "GET /hosts": [list, [200, 200, 200, 200, 200, 401]],
  "GET /hosts/count": [count, [200, 200, 200, 200, 200, 401]],
  "GET /host_summary": [summary, [200, 200, 200, 200, 200, 401]],
  "GET /hosts/report": [
    report,
    [200, 200, 200, 200, 200, 401],
    () => ({ query: { format: "csv" } }),
  ],
  "POST /hosts/search": [search, [200, 200, 200, 200, 200, 401], () => ({ body: { query: "x" } })],
});

describe("what a list has", () => {
  test("people of a team see the hosts of the team and no others, in lists, counts and CSV", async () => {
    const own = await insertHost({ teamId: world.teamId });
    const other = await insertHost({ teamId: world.otherTeamId });
    const none = await insertHost();
    const as = world.teamObserver.token;
    const seen = await ids({}, as);
    expect(seen).toContain(own);
    expect(seen).not.toContain(other);
    expect(seen).not.toContain(none);
    expect(await counted({}, as)).toBe(seen.length);
    expect(await ids({ team_id: world.otherTeamId }, as)).toEqual([]);
    const csv = await request(report, { token: as, query: { format: "csv", columns: "id" } });
    expect(csv.body.trim().split("\n").slice(1).map(Number)).toEqual(seen);
    expect(await ids({ team_id: 0 })).toContain(none);
    expect(await ids({ team_id: 0 })).not.toContain(own);
  });

  test("a list by policy and state has exactly as many hosts as the policy counts", async () => {
    const policyId = await insertPolicy({ platform: "darwin,windows" });
    const states = ["pass", "pass", "fail", "error", "stale"] as const;
    for (const state of states) await answer(await insertHost(), policyId, state);
    await insertHost({ platform: "windows" });
    const outside = await insertHost({ platform: "ubuntu" });
    const { policy } = (await request(getPolicy, { token: token(), params: { id: policyId } }))
      .body;
    const expected: [string, string, number][] = [
      ["policy_response", "passing", policy.passing_host_count],
      ["policy_response", "failing", policy.failing_host_count],
      ["policy_state", "pass", policy.passing_host_count],
      ["policy_state", "error", policy.error_host_count],
      ["policy_state", "stale", policy.stale_host_count],
      ["policy_state", "pending", policy.pending_host_count],
    ];
    for (const [name, value, hosts] of expected) {
      const query = { policy_id: policyId, [name]: value };
      expect([value, (await ids(query)).length]).toEqual([value, hosts]);
      expect(await counted(query)).toBe(hosts);
    }
    expect(policy).toMatchObject({ passing_host_count: 2, failing_host_count: 1 });
    expect(await ids({ policy_id: policyId, policy_state: "not_applicable" })).toContain(outside);
    const unanswered =
      policy.pending_host_count + policy.error_host_count + policy.stale_host_count;
    expect(await counted({ policy_id: policyId })).toBe(unanswered);
  });

  test("filters by a policy of another team are as for one that does not exist", async () => {
    const policyId = await insertPolicy({}, world.otherTeamId);
    const query = { policy_id: policyId };
    const answered = await request(list, { token: world.teamObserver.token, query });
    expect(answered.status).toBe(404);
  });

  test("status follows contact and the intervals the host told", async () => {
    const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);
    const online = await insertHost({ seenAt: secondsAgo(65) });
    const offline = await insertHost({ seenAt: secondsAgo(75) });
    const missing = await insertHost({ seenAt: daysAgo(31), createdAt: daysAgo(40) });
    const fresh = await insertHost({ seenAt: secondsAgo(5), createdAt: secondsAgo(5) });
    expect(await ids({ status: "online" })).toEqual(expect.arrayContaining([online, fresh]));
    expect(await ids({ status: "offline" })).toEqual(expect.arrayContaining([offline, missing]));
    expect(await ids({ status: "online" })).not.toContain(offline);
    expect(await ids({ status: "mia" })).toEqual([missing]);
    expect(await ids({ status: "missing" })).toEqual([missing]);
    expect(await ids({ status: "new" })).not.toContain(missing);
    expect(await counted({ status: "online" })).toBe((await ids({ status: "online" })).length);
    const { body } = await request(list, { token: token(), query: { per_page: 1000 } });
    const statusOf = (id: number) =>
      body.hosts.find((host: { id: number }) => host.id === id).status;
    expect([online, offline, missing, fresh].map(statusOf)).toEqual([
      "online",
      "offline",
      "offline",
      "online",
    ]);
  });

  test("search finds names, serials and UUIDs, and % is a character", async () => {
    const word = unique("needle").replace(" ", "");
    const one = await insertHost({ hostname: `${word}-1` });
    const two = await insertHost({ computerName: `The ${word.toUpperCase()}` });
    const three = await insertHost({ hardwareSerial: `100%${word}` });
    expect(await ids({ query: word })).toEqual([one, two, three]);
    expect(await ids({ query: `%${word}` })).toEqual([three]);
    const found = await request(search, {
      token: token(),
      body: { query: word, excluded_host_ids: [two] },
    });
    expect(
      found.body.hosts.map((host: { id: number }) => host.id).sort((a: number, b: number) => a - b),
    ).toEqual([one, three]);
  });

  test("the pages of a filtered list are the list, from the first to the last", async () => {
    const hostname = unique("paged");
    for (let n = 0; n < 8; n++)
      await insertHost({ hostname, platform: n % 3 ? "darwin" : "ubuntu" });
    for (const order_key of ["hostname", "platform", "team_name", "seen_time"]) {
      for (const order_direction of ["asc", "desc"]) {
        const query = { query: hostname, order_key, order_direction };
        const all = await ids({ ...query, per_page: 1000 });
        expect(all).toHaveLength(8);
        const pages: number[] = [];
        for (let page = 0; page < 4; page++) {
          pages.push(...(await ids({ ...query, page, per_page: 3 })));
        }
        expect(pages).toEqual(all);
      }
    }
  });

  test("every order key orders, pages do not overlap, an unknown one is refused", async () => {
    const all = await ids({ per_page: 1000 });
    for (const key of ["display_name", "status", "seen_time", "team_name", "issues", "memory"]) {
      const query = { order_key: key, order_direction: "desc" };
      const pages = [];
      for (let page = 0; pages.length < all.length; page++) {
        const next = await ids({ ...query, page, per_page: 7 });
        if (next.length === 0) break;
        pages.push(...next);
      }
      expect(pages.toSorted((a, b) => a - b)).toEqual(all);
    }
    const refusals = [
      [{ order_key: "nope" }, /unknown order_key: use one of/],
      [{ order_key: "id", order_direction: "up" }, /unknown order_direction: up/],
      [{ order_direction: "asc" }, /order_key must be specified with order_direction/],
      [{ team_id: "x" }, /non-int team_id value/],
    ] as const;
    for (const [query, reason] of refusals) {
      const refused = await request(list, { token: token(), query });
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0].reason).toMatch(reason);
    }
  });

  test("after starts behind a value of the order column, either way", async () => {
    const all = await ids({});
    const middle = all[Math.floor(all.length / 2)] ?? 0;
    expect(await ids({ after: middle })).toEqual(all.filter((id) => id > middle));
    expect(await ids({ after: middle, order_direction: "desc" })).toEqual(
      all.filter((id) => id < middle).toReversed(),
    );
  });

  test("by status those offline come first, or last, and by id among equals", async () => {
    const query = { order_key: "status", per_page: 1000 };
    const offline = await ids({ status: "offline" });
    const online = await ids({ status: "online" });
    expect(await ids(query)).toEqual([...offline, ...online]);
    expect(await ids({ ...query, order_direction: "desc" })).toEqual(
      [...offline, ...online].toReversed(),
    );
    expect(await ids({ ...query, after: "0" })).toEqual(online);
  });

  test("filters narrow each other, whatever table they are about", async () => {
    const word = unique("both").replace(" ", "");
    const policyId = await insertPolicy();
    const host = async (platform: "darwin" | "ubuntu", seenAt: Date, state?: "pass" | "fail") => {
      const id = await insertHost({ hostname: `${word}-${platform}`, platform, seenAt });
      if (state) await answer(id, policyId, state);
      return id;
    };
    const [now, then] = [new Date(), daysAgo(2)];
    const wanted = await host("darwin", now, "fail");
    const silent = await host("darwin", now);
    const others = [
      await host("darwin", now, "pass"),
      await host("darwin", then, "fail"),
      await host("ubuntu", now, "fail"),
    ];
    const query = { query: word, platform: "darwin", status: "online", policy_id: policyId };
    for (const order_key of ["id", "seen_time", "status", "team_name", "display_name"]) {
      expect(await ids({ ...query, order_key, policy_state: "fail" })).toEqual([wanted]);
      expect(await ids({ ...query, order_key, policy_state: "pending" })).toEqual([silent]);
    }
    expect(await counted({ ...query, policy_state: "fail" })).toBe(1);
    expect(await counted({ query: word })).toBe(2 + others.length);
  });

  test("display_name orders by what is displayed", async () => {
    const word = unique("order").replace(" ", "");
    const b = await insertHost({ hostname: `b-${word}` });
    const a = await insertHost({ hostname: `z-${word}`, computerName: `a-${word}` });
    expect(await ids({ query: word, order_key: "display_name" })).toEqual([a, b]);
  });

  test("populate_policies brings every policy that asks the host, with its state", async () => {
    const policyId = await insertPolicy({ platform: "windows", critical: true });
    const host = await insertHost({ platform: "windows" });
    await answer(host, policyId, "fail");
    const query = { populate_policies: true, platform: "windows", per_page: 1000 };
    const { body } = await request(list, { token: token(), query });
    const found = body.hosts.find((one: { id: number }) => one.id === host);
    expect(found.policies.find((one: { id: number }) => one.id === policyId)).toMatchObject({
      response: "fail",
      state: "fail",
    });
    expect(found).toMatchObject({ failing_critical_policies_count: 1, verdict: "fail" });
    expect(found.issues.failing_policies_count).toBe(1);
  });

  test.each([
    [{ status: "gone" }, "Invalid status: gone"],
    [
      { policy_response: "passing" },
      "Missing policy_id (it must be present when policy_response is specified)",
    ],
    [
      { policy_id: 1, policy_response: "maybe" },
      "Invalid policy_response: maybe (Valid options are 'passing' or 'failing')",
    ],
  ])("%j is refused in Fleet's words", async (query, reason) => {
    const { status, body } = await request(list, { token: token(), query });
    expect(status).toBe(400);
    expect(body.errors[0].reason).toBe(reason);
  });
});

describe("the CSV report", () => {
  test("has the chosen columns, and a host's name is no formula", async () => {
    const word = unique("csv").replace(" ", "");
    await insertHost({ hostname: `=1+1 ${word}` });
    const query = { format: "csv", columns: "hostname,status", query: word };
    const answered = await request(report, { token: token(), query });
    expect(answered.headers.get("content-disposition")).toMatch(
      /^attachment; filename="Hosts \d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(answered.body).toBe(`hostname,status\n"'=1+1 ${word}",online\n`);
    const named = { ...query, columns: "fleet_id,fleet_name" };
    expect((await request(report, { token: token(), query: named })).body).toBe(
      "fleet_id,fleet_name\n,\n",
    );
  });

  test("another format is 415, an unknown column 400", async () => {
    const ask = async (query: Query) => (await request(report, { token: token(), query })).status;
    expect(await ask({ format: "json" })).toBe(415);
    expect(await ask({ format: "csv", columns: "node_key" })).toBe(400);
  });
});

test("the summary adds up to the lists behind its numbers", async () => {
  await insertHost({ platform: "ubuntu", teamId: world.teamId, diskAvailableGigabytes: 3 });
  const query = { team_id: world.teamId, low_disk_space: 10 };
  const { body } = await request(summary, { token: token(), query });
  const hosts = (more: Query) => counted({ team_id: world.teamId, ...more });
  expect(body).toMatchObject({
    team_id: world.teamId,
    totals_hosts_count: await hosts({}),
    online_count: await hosts({ status: "online" }),
    offline_count: await hosts({ status: "offline" }),
    all_linux_count: await hosts({ platform: "linux" }),
    low_disk_space_count: 1,
    builtin_labels: [],
  });
  expect(body.platforms).toContainEqual({ platform: "ubuntu", hosts_count: 1 });
});

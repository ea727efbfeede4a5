import { beforeAll, describe, expect, test } from "vitest";
import { activities } from "#db/schema/system.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { createWorld, insertTeam, insertUser, unique, type World } from "#lib/testing/world.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const address = await serveRoutes();
let world: World;

beforeAll(async () => {
  world = await createWorld();
});

/** What differs between Fleet's clients of before and since 4.82. */
const BEFORE = {
  teams: "teams",
  team: "team",
  team_id: "team_id",
  team_ids: "team_ids",
  team_ids_by_name: "team_ids_by_name",
  queries: "queries",
  query_id: "query_id",
};
const SINCE = {
  teams: "fleets",
  team: "fleet",
  team_id: "fleet_id",
  team_ids: "fleet_ids",
  team_ids_by_name: "fleet_ids_by_name",
  queries: "reports",
  query_id: "report_id",
};
const GENERATIONS = [
  ["before 4.82", BEFORE, SINCE],
  ["since 4.82", SINCE, BEFORE],
] as const;

async function call(method: string, path: string, body?: unknown, token = world.admin.token) {
  const answer = await fetch(`${address}/api/latest/fleet${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  return { status: answer.status, body: isJson ? JSON.parse(text) : text };
}

async function done(method: string, path: string, body?: unknown) {
  const answer = await call(method, path, body);
  expect(answer, `${method} ${path} ${JSON.stringify(answer.body)}`).toMatchObject({ status: 200 });
  return answer.body;
}

describe.each(GENERATIONS)("clients of %s", (_title, mine, others) => {
  test("make policies that those of the other generation read the same, change and delete", async () => {
    const { teamId } = world;
    const name = unique("Policy");
    const made = await done("POST", `/${mine.teams}/${teamId}/policies`, {
      name,
      query: "SELECT 1",
    });
    const { id } = made.policy;
    expect(made.policy).toMatchObject({ name, team_id: teamId, fleet_id: teamId });
    const paths = (names: typeof mine | typeof others) => [
      `/${names.teams}/${teamId}/policies/${id}`,
      `/${names.teams}/${teamId}/policies`,
      `/${names.teams}/${teamId}/policies/count`,
    ];
    for (const [at, path] of paths(mine).entries()) {
      expect(await done("GET", path)).toEqual(await done("GET", paths(others)[at] ?? ""));
    }
    const path = `/${others.teams}/${teamId}/policies`;
    const body = { resolution: "Mend it", [others.team_id]: teamId };
    const changed = await done("PATCH", `${path}/${id}`, body);
    expect(changed.policy).toMatchObject({ id, resolution: "Mend it", fleet_id: teamId });
    // What was answered may be sent back whole, both names and all.
    await done("PATCH", `/${mine.teams}/${teamId}/policies/${id}`, changed.policy);
    expect(await done("POST", `${path}/delete`, { ids: [id] })).toEqual({ deleted: [id] });
    expect((await call("GET", paths(mine)[0] ?? "")).status).toBe(404);
  });

  test("apply specs of teams and policies as fleetctl does, also to hosts in no team", async () => {
    const name = unique("Applied");
    const spec = {
      name,
      gitops_filename: "lab.yml",
      agent_options: { config: { options: { fleet: "x", team: "y" } } },
      secrets: [{ secret: `${unique("long-enough")}` }],
      mdm: { [mine.team]: "foreign" },
      webhook_settings: { host_status_webhook: null, host_activities_webhook: null },
    };
    const dry = `/spec/${mine.teams}?dry_run=true`;
    await done("POST", dry, { specs: [spec], dry_run_assumptions: {} });
    const applied = await done("POST", `/spec/${mine.teams}?dry_run=false`, { specs: [spec] });
    const id = applied[mine.team_ids_by_name][name];
    expect(applied[others.team_ids_by_name]).toEqual({ [name]: id });
    const specs = [name, "No team", ""].map((team) => ({
      name: `${name} of ${team}`,
      query: "SELECT 1",
      [mine.team]: team,
    }));
    const { changes } = await done("POST", "/spec/policies", { specs });
    expect(changes.map((one: { team: string; fleet: string }) => [one.team, one.fleet])).toEqual(
      [name, "No team", ""].map((team) => [team, team]),
    );
    const again = specs.map(({ [mine.team]: team, ...rest }) => ({ ...rest, [others.team]: team }));
    const same = await done("POST", "/spec/policies?dry_run=true", { specs: again });
    expect(same.changes.map(({ action }: { action: string }) => action)).toEqual(
      Array(3).fill("none"),
    );
    const team = await done("GET", `/${mine.teams}/${id}`);
    expect(team[mine.team]).toEqual(team[others.team]);
    expect(team[mine.team]).toMatchObject({ name, agent_options: spec.agent_options });
    expect(team[mine.team].secrets[0]).toMatchObject({ team_id: id, fleet_id: id });
    const listed = await done("GET", `/${mine.teams}`);
    expect(listed.fleets).toEqual(listed.teams);
    expect(listed[mine.teams].map((one: { id: number }) => one.id)).toContain(id);
  });

  test("list, count, move and delete hosts of a team", async () => {
    const teamId = await insertTeam();
    const [id, other] = [await insertHost(), await insertHost()];
    await done("POST", "/hosts/transfer", { [mine.team_id]: teamId, hosts: [id, other] });
    const filter = `${mine.team_id}=${teamId}`;
    const { hosts } = await done("GET", `/hosts?${filter}&${others.team_id}=&order_key=id`);
    expect(hosts.map((host: { id: number }) => host.id)).toEqual([id, other]);
    expect(hosts[0]).toMatchObject({ team_id: teamId, fleet_id: teamId });
    expect(hosts[0].fleet_name).toBe(hosts[0].team_name);
    expect(await done("GET", `/hosts/count?${filter}`)).toEqual({ count: 2 });
    expect(await done("GET", `/host_summary?${filter}`)).toMatchObject({
      totals_hosts_count: 2,
      team_id: teamId,
      fleet_id: teamId,
    });
    expect((await done("GET", `/hosts/${id}/health`)).health.fleet_id).toBe(teamId);
    const policyId = await insertPolicy({}, teamId);
    const { host } = await done("GET", `/hosts/${id}`);
    expect(host).toMatchObject({ team_id: teamId, fleet_id: teamId, fleet_name: host.team_name });
    expect(host.policies.find((policy: { id: number }) => policy.id === policyId)).toMatchObject({
      team_id: teamId,
      fleet_id: teamId,
    });
    await done("POST", "/hosts/transfer/filter", {
      [mine.team_id]: null,
      filters: { [mine.team_id]: teamId, query: `serial-of-${host.hostname}` },
    });
    expect(await done("GET", `/hosts/count?${filter}`)).toEqual({ count: 1 });
    await done("POST", "/hosts/delete", { filters: { [mine.team_id]: teamId } });
    expect(await done("GET", `/hosts/count?${filter}`)).toEqual({ count: 0 });
    expect((await call("GET", `/hosts/${id}`)).status).toBe(200);
  });

  test("give people roles in teams, and see their own", async () => {
    const { teamId } = world;
    const email = `${unique("new").replace(" ", ".")}@example.com`;
    const made = await done("POST", "/users/admin", {
      name: unique("New"),
      email,
      api_only: true,
      [mine.teams]: [{ id: teamId, role: "observer" }],
    });
    expect(made.user.teams).toMatchObject([{ id: teamId, role: "observer" }]);
    expect(made.user.fleets).toEqual(made.user.teams);
    const { body: me } = await call("GET", "/me", undefined, made.token);
    expect(me.available_teams).toMatchObject([{ id: teamId }]);
    expect(me.available_fleets).toEqual(me.available_teams);
    const { name } = made.user.teams[0];
    const roles = { [email]: { [mine.teams]: [{ [mine.team]: name, role: "maintainer" }] } };
    await done("POST", "/users/roles/spec", { spec: { roles } });
    const { user } = await done("GET", `/users/${made.user.id}`);
    expect(user.fleets).toMatchObject([{ id: teamId, role: "maintainer" }]);
    const { users } = await done("GET", `/users?${mine.team_id}=${teamId}`);
    expect(users.map((one: { id: number }) => one.id)).toContain(made.user.id);
    const list = [{ type: mine.team, payload: { identifier: name } }];
    expect(await done("POST", "/translate", { list })).toEqual({
      list: [{ type: mine.team, payload: { identifier: name, id: teamId } }],
    });
  });

  test("run live queries and reset automations by their own names", async () => {
    const teamId = await insertTeam();
    await insertHost({ teamId });
    const { campaign } = await done("POST", `/${mine.queries}/run`, {
      query: "SELECT 1",
      [mine.query_id]: null,
      selected: { hosts: [], labels: [], [mine.teams]: [teamId] },
    });
    expect(campaign.Metrics.TotalHosts).toBe(1);
    expect([campaign.query_id, campaign.report_id]).toEqual([null, null]);
    await done("POST", "/automations/reset", { [mine.team_ids]: [teamId], policy_ids: [] });
    const [last] = (await done("GET", "/activities?order_key=id&order_direction=desc&per_page=1"))
      .activities;
    expect(last).toMatchObject({
      type: "reset_automations",
      details: { team_ids: [teamId], fleet_ids: [teamId] },
    });
    expect((await db.select().from(activities)).at(-1)?.details.fleet_ids).toBeUndefined();
  });
});

const ALIKE = [
  ["GET", "/teams", "/fleets"],
  ["GET", "/teams/TEAM", "/fleets/TEAM"],
  ["GET", "/teams/TEAM/secrets", "/fleets/TEAM/secrets"],
  ["GET", "/teams/TEAM/users", "/fleets/TEAM/users"],
  ["GET", "/teams/TEAM/policies", "/fleets/TEAM/policies"],
  ["GET", "/teams/TEAM/policies", "/team/TEAM/policies"],
  ["GET", "/teams/0/policies", "/fleets/0/policies"],
  ["GET", "/policies", "/global/policies"],
  ["GET", "/hosts?team_id=TEAM", "/hosts?fleet_id=TEAM"],
  ["GET", "/users?team_id=TEAM", "/users?fleet_id=TEAM"],
  ["PATCH", "/teams/TEAM", "/fleets/TEAM"],
  ["PATCH", "/teams/TEAM/secrets", "/fleets/TEAM/secrets"],
  ["POST", "/teams", "/fleets"],
  ["POST", "/spec/teams", "/spec/fleets"],
  ["POST", "/teams/TEAM/policies/delete", "/fleets/TEAM/policies/delete"],
  ["POST", "/queries/run", "/reports/run"],
  ["DELETE", "/teams/999999", "/fleets/999999"],
] as const;

test.each(ALIKE)("%s %s and %s answer everyone alike", async (method, old, now) => {
  const tokens = [
    world.admin.token,
    world.maintainer.token,
    world.observer.token,
    world.teamAdmin.token,
    world.teamObserver.token,
    world.otherTeamAdmin.token,
    (await insertUser("gitops")).token,
    "nobody's",
  ];
  const body = method === "GET" ? undefined : {};
  for (const token of tokens) {
    const ask = (path: string) =>
      call(method, path.replace("TEAM", String(world.teamId)), body, token);
    const [first, second] = [await ask(old), await ask(now)];
    expect({ ...second, body: withoutUuid(second.body) }).toEqual({
      ...first,
      body: withoutUuid(first.body),
    });
  }
});

const withoutUuid = ({ uuid: _, ...body }: Record<string, unknown>) => body;

test("two names that differ are refused, and nothing is done", async () => {
  const [id, teamId] = [await insertHost(), world.teamId];
  const refused = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    expect([path, answer.status]).toEqual([path, 400]);
    return answer.body.errors[0].reason;
  };
  const text = 'Specify only one of "team_id" or "fleet_id"';
  expect(await refused("GET", `/hosts?team_id=0&fleet_id=${teamId}`)).toBe(text);
  const move = { team_id: null, fleet_id: teamId, hosts: [id] };
  expect(await refused("POST", "/hosts/transfer", move)).toBe(text);
  const all = { filters: { team_id: 0, fleet_id: teamId } };
  expect(await refused("POST", "/hosts/delete", all)).toBe(text);
  expect((await done("GET", `/hosts/${id}`)).host.fleet_id).toBeNull();
  const specs = [{ name: "Twice", query: "SELECT 1", team: "", fleet: "No team" }];
  expect(await refused("POST", "/spec/policies", { specs })).toBe(
    'Specify only one of "team" or "fleet"',
  );
});

test("the configuration is written and read by both generations' keys, and no others", async () => {
  const { server_settings: before } = await done("GET", "/config");
  expect(before).toMatchObject({ live_query_disabled: true, live_reporting_disabled: true });
  const after = await done("PATCH", "/config", {
    org_info: { org_logo_url_dark_mode: "https://example.com/a.png", org_logo_url_light_mode: "" },
    server_settings: { live_reporting_disabled: true, discard_reports_data: true, report_cap: 5 },
    yara_rules: [],
  });
  expect(after.org_info).toMatchObject({
    org_logo_url: "https://example.com/a.png",
    org_logo_url_dark_mode: "https://example.com/a.png",
  });
  await done("PATCH", "/config", after);
  const { status, body } = await call("PATCH", "/config", { server_settings: { fleet_id: 1 } });
  expect([status, body.errors[0].reason]).toEqual([
    400,
    'unsupported key provided: "server_settings.fleet_id"',
  ]);
});

test("policies of Unassigned are those of hosts in no team, unless a team is called so", async () => {
  const apply = (name: string) =>
    done("POST", "/spec/policies", {
      specs: [{ name, query: "SELECT 1", fleet: "Unassigned" }],
    });
  const namesOf = async (id: number) =>
    (await done("GET", `/fleets/${id}/policies`)).policies.map(
      ({ name }: { name: string }) => name,
    );
  await apply("Of nobody");
  expect(await namesOf(0)).toEqual(expect.arrayContaining(["Of nobody"]));
  const teamId = await insertTeam("Unassigned");
  await apply("Of the team");
  expect(await namesOf(teamId)).toEqual(["Of the team"]);
});

test("Muster's own API takes both names, and answers by one", async () => {
  const ask = async (path: string, body?: unknown) => {
    const answer = await fetch(`${address}/api/v1/muster${path}`, {
      method: body ? "POST" : "GET",
      headers: { Authorization: `Bearer ${world.admin.token}`, "Content-Type": "application/json" },
      body: body ? JSON.stringify(body) : undefined,
    });
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json();
  };
  const id = await insertPolicy({}, world.teamId);
  const { policy } = await ask(`/policies/${id}/pause`, {});
  expect(policy.team_id).toBe(world.teamId);
  expect(policy).not.toHaveProperty("fleet_id");
  const { tags } = await ask(`/policies/tags?fleet_id=${world.teamId}`);
  expect(tags).toEqual((await ask(`/policies/tags?team_id=${world.teamId}`)).tags);
});

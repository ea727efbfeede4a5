import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { GET, POST } from "#app/api/v1/muster/gitops/route.ts";
import { labels } from "#db/schema/labels.ts";
import { exemptions, policies, policyVersions } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { teams } from "#db/schema/teams.ts";
import { accessTable } from "#lib/testing/access.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import { hostIdOf, insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, unique, type World } from "#lib/testing/world.ts";
import type { GitopsBody, GitopsChange } from "./schema.ts";

const db = await testDatabase();
const agents = await testAgents();
let world: World;
let token: string;
let host: TestHost;

const DAYS_MS = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAYS_MS).toISOString();

beforeAll(async () => {
  world = await createWorld();
  token = (await insertUser("gitops")).token;
  host = new TestHost(agents);
  await host.enroll();
});

const send = (body: GitopsBody, as = token) => request(POST, { method: "POST", token: as, body });

async function apply(body: GitopsBody): Promise<GitopsChange[]> {
  const answer = await send(body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body.changes;
}

const said = (changes: GitopsChange[]) =>
  changes.map(({ kind, action, name }) => `${action} ${kind} ${name}`);

/** All that an apply may write. */
async function everything() {
  return Promise.all(
    [policies, policyVersions, labels, teams, exemptions, activities].map((table) =>
      db.select().from(table),
    ),
  );
}

accessTable({
  "POST /muster/gitops, a policy of a team": [
    POST,
    [200, 200, 403, 200, 403, 401],
    async (w) => {
      const [team] = (await db.select().from(teams)).filter(({ id }) => id === w.teamId);
      const policy = { name: unique("P"), query: "SELECT 1", team: team?.name };
      return { method: "POST", body: { policies: [policy] } };
    },
  ],
  "POST /muster/gitops, a policy of all teams": [
    POST,
    [200, 200, 403, 403, 403, 401],
    () => ({ method: "POST", body: { policies: [{ name: unique("P"), query: "SELECT 1" }] } }),
  ],
  "GET /muster/gitops": [GET, [200, 200, 200, 200, 200, 401]],
});

test("a gitops role of a team may write its team, its policies and exemptions, and nothing else", async () => {
  const name = unique("Own");
  const teamId = await insertTeam(name);
  const other = unique("Other");
  await insertTeam(other);
  const { token: own } = await insertUser("gitops", teamId);
  const policy = { name: "Team disk", query: "SELECT 1", team: name };
  const exemption = { policy: "Team disk", policy_team: name, team: name, reason: "x" };
  const body = {
    teams: [{ name, description: "Ours" }],
    policies: [policy],
    exemptions: [{ ...exemption, expires_at: inDays(3) }],
    complete: { policies: [name] },
  };
  expect((await send(body, own)).status).toBe(200);
  const refused: GitopsBody[] = [
    { policies: [{ ...policy, team: other }] },
    { policies: [{ ...policy, team: "" }] },
    { policies: [{ ...policy, team: "No team" }] },
    { policies: [{ ...policy, team: "Nowhere" }] },
    { labels: [{ name: "Of mine", query: "SELECT 1" }] },
    { settings: { org_info: { org_name: "Mine" } } },
    { secrets: [{ secret: "a-long-enough-secret" }] },
    { teams: [{ name: other }] },
    { teams: [{ name: "New one" }] },
    { complete: { policies: [""] }, delete_other: ["policies"] },
    { complete: { teams: true }, delete_other: ["teams"] },
  ];
  for (const wrong of refused) expect((await send(wrong, own)).status).toBe(403);
});

test("settings, teams, labels, policies and exemptions that name each other are made in one go, and once more nothing changes", async () => {
  const body: GitopsBody = {
    settings: { org_info: { org_name: "Acme" }, muster: { pass_cache_seconds: 120 } },
    teams: [{ name: "Lab", description: "Of the lab" }],
    labels: [{ name: "Laptops", query: "SELECT 1 FROM battery" }],
    policies: [
      {
        name: "Disk",
        query: "SELECT 1 FROM time",
        labels_include_any: ["Laptops"],
        tags: ["disk"],
      },
      { name: "Wall", query: "SELECT 1 FROM time", team: "Lab", paused: true, interval: 600 },
    ],
    exemptions: [
      { policy: "Disk", label: "Laptops", reason: "New ones", expires_at: inDays(9) },
      { policy: "Wall", policy_team: "Lab", team: "Lab", reason: "Moving", expires_at: inDays(9) },
    ],
    reason: "The first",
  };
  expect(said(await apply(body))).toEqual([
    "update settings settings",
    "create team Lab",
    "create label Laptops",
    "create policy Disk",
    "create policy Wall",
    "create exemption Disk, label Laptops",
    "create exemption Wall, team Lab",
  ]);
  const [wall] = (await db.select().from(policies)).filter(({ name }) => name === "Wall");
  expect(wall).toMatchObject({ intervalSeconds: 600, pausedAt: expect.any(Date) });
  const versions = await db.select().from(policyVersions);
  const version = versions.find(({ policyId }) => policyId === wall?.id);
  expect(version).toMatchObject({ reason: "The first", version: 1 });

  const before = await everything();
  expect((await apply(body)).map(({ action }) => action)).toEqual(Array(7).fill("none"));
  expect(await everything()).toEqual(before);
});

test("one mistake in the last item, and nothing of all the others is written", async () => {
  const before = await everything();
  const answer = await send({
    teams: [{ name: "Never" }],
    labels: [{ name: "Never", query: "SELECT 1" }],
    policies: [
      { name: "Never", query: "SELECT 1" },
      { name: "Bad", query: "SELECT 1", labels_include_any: ["No such label"] },
      { name: "Worse", query: "SELEC 1" },
      { name: "Lost", query: "SELECT 1", team: "Nowhere" },
    ],
    exemptions: [{ policy: "Nobody's", team: "Never", reason: "x", expires_at: inDays(2) }],
  });
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([
    { name: "policies.1.labels_include_any", reason: 'label "No such label" does not exist' },
    { name: "policies.3.team", reason: 'team "Nowhere" does not exist' },
    { name: "exemptions.0.policy", reason: 'policy "Nobody\'s" does not exist' },
    { name: "policies.2.query", reason: expect.stringContaining("line 1, column 1") },
  ]);
  expect(await everything()).toEqual(before);
});

test("what fails only when it is written takes everything before it back", async () => {
  const before = await everything();
  const exemption = { policy: "Exempt of late", label: "Laptops", reason: "x" };
  // A team's secret that is another's is found by the write alone.
  const secret = { secret: unique("secret-of-somebody") };
  await apply({ teams: [{ name: "Keeper", secrets: [secret] }] });
  const kept = await everything();
  const answer = await send({
    labels: [{ name: "Of late", query: "SELECT 1" }],
    policies: [{ name: "Exempt of late", query: "SELECT 1" }],
    exemptions: [{ ...exemption, expires_at: inDays(2) }],
    teams: [{ name: "First" }, { name: "Thief", secrets: [secret] }],
  });
  expect(answer.status).toBe(409);
  expect(await everything()).toEqual(kept);
  expect(before).not.toEqual(kept);
});

test("a dry run writes nothing, and its numbers are those of the hosts each change is about", async () => {
  const linux = new TestHost(agents, "ubuntu");
  await linux.enroll();
  const teamId = await insertTeam("Numbers");
  const inTeam = new TestHost(agents);
  await inTeam.enroll(teamId);
  const hostId = await hostIdOf(host.identifier);
  const here = { name: "Numbers here", host_ids: [hostId] };
  await insertLabel({ name: "Listed", host_ids: [hostId] });
  await insertPolicy({ name: "Numbered", query: "SELECT 1", platform: "darwin,linux" });
  const before = await everything();
  const { body } = await send({
    dry_run: true,
    labels: [here],
    policies: [
      { name: "Everywhere", query: "SELECT 1" },
      { name: "Macs", query: "SELECT 1", platform: "darwin" },
      { name: "Of a new label", query: "SELECT 1", labels_include_any: ["Numbers here"] },
      { name: "Not listed", query: "SELECT 1", labels_exclude_any: ["Listed"] },
      { name: "Of the team", query: "SELECT 1", team: "Numbers" },
      { name: "Numbered", query: "SELECT 1", platform: "darwin" },
    ],
    exemptions: [
      { policy: "Macs", host: linux.identifier, reason: "x", expires_at: inDays(2) },
      { policy: "Macs", team: "Numbers", reason: "x", expires_at: inDays(2) },
    ],
  });
  const hosts = body.changes.map((change: GitopsChange) => [change.name, change.hosts]);
  expect(Object.fromEntries(hosts)).toEqual({
    "Numbers here": 1,
    Everywhere: 3,
    Macs: 2,
    "Of a new label": 1,
    "Not listed": 2,
    "Of the team": 1,
    Numbered: 3,
    [`Macs, host ${linux.identifier}`]: 0,
    "Macs, team Numbers": 1,
  });
  const numbered = body.changes.find(({ name }: GitopsChange) => name === "Numbered");
  expect(numbered).toMatchObject({
    before: { platform: "darwin,linux" },
    after: { platform: "darwin" },
    hosts_before: 3,
    hosts_after: 2,
  });
  expect(await everything()).toEqual(before);
});

beforeEach(() => agents.app.refresh());

test("a policy made elsewhere is kept and told, and goes only where that is said", async () => {
  const team = unique("Elsewhere");
  const teamId = await insertTeam(team);
  await insertPolicy({ name: "By hand" }, teamId);
  const mine = { name: "By file", query: "SELECT 1", team };
  const body: GitopsBody = { policies: [mine], complete: { policies: [team] } };
  expect(said(await apply(body))).toEqual(["create policy By file", "keep policy By hand"]);
  // Of a team that the files say nothing of, nothing goes.
  const others = (await db.select().from(policies)).filter((policy) => policy.teamId !== teamId);
  const goes: GitopsBody = { ...body, delete_other: ["policies"] };
  expect(said(await apply({ ...goes, dry_run: true }))).toContain("delete policy By hand");
  expect(said(await apply(goes))).toEqual(["none policy By file", "delete policy By hand"]);
  const after = await db.select().from(policies);
  expect(after.filter((policy) => policy.teamId === teamId).map(({ name }) => name)).toEqual([
    "By file",
  ]);
  expect(after.filter((policy) => policy.teamId !== teamId)).toEqual(others);
});

test("labels, teams and exemptions made elsewhere likewise; a label in use is refused with its users", async () => {
  await insertLabel({ name: "Spare" });
  await insertLabel({ name: "In use" });
  await insertPolicy({ name: "User", labels_include_any: ["In use"] });
  const all = { complete: { labels: true, teams: true }, dry_run: true };
  const kept = said(await apply(all));
  expect(kept).toEqual(expect.arrayContaining(["keep label Spare", "keep team Numbers"]));
  const refused = await send({ ...all, delete_other: ["labels"] });
  expect(refused.status).toBe(422);
  const reasons = refused.body.errors.map(({ reason }: { reason: string }) => reason);
  expect(reasons).toContain('label "In use" is used by policy "User"');

  const present = (await db.select().from(labels)).filter(({ isBuiltin }) => !isBuiltin);
  const named = present.filter(({ name }) => name !== "Spare");
  const keep = named.map(({ name, query }) => ({
    name,
    query: query || undefined,
    hosts: undefined,
  }));
  const manual = keep.filter(({ query }) => query);
  const lists = keep.filter(({ query }) => !query).map(({ name }) => ({ name, hosts: [] }));
  const gone = await apply({
    labels: [...manual, ...lists],
    complete: { labels: true },
    delete_other: ["labels"],
  });
  expect(said(gone)).toContain("delete label Spare");

  const names = (await db.select().from(teams)).map(({ name }) => name);
  const others = names.filter((name) => name !== "Numbers").map((name) => ({ name }));
  const teamsGone = await apply({
    teams: others,
    complete: { teams: true },
    delete_other: ["teams"],
  });
  expect(said(teamsGone)).toContain("delete team Numbers");
  expect((await db.select().from(teams)).map(({ name }) => name)).not.toContain("Numbers");
});

test("an exemption's reason and end are what the file says; one that is over is ended, and told of when there is none", async () => {
  const strict = await insertPolicy({ name: "Strict" });
  const exemption = { policy: "Strict", host: host.identifier, reason: "Repair" };
  const complete = { exemptions: [""] };
  const first = { exemptions: [{ ...exemption, expires_at: inDays(2) }], complete };
  expect(said(await apply(first))).toContain(`create exemption Strict, host ${host.identifier}`);
  const longer = { exemptions: [{ ...exemption, expires_at: inDays(5) }], complete };
  const [change] = (await apply(longer)).filter(({ name }) => name.startsWith("Strict"));
  expect(change).toMatchObject({ action: "update", after: { reason: "Repair" }, hosts: 1 });
  const over = { exemptions: [{ ...exemption, expires_at: inDays(-1) }], complete };
  const { body: ended } = await send(over);
  expect(said(ended.changes)).toContain(`delete exemption Strict, host ${host.identifier}`);
  expect(ended.warnings).toEqual([]);
  const rows = (await db.select().from(exemptions)).filter(({ policyId }) => policyId === strict);
  expect(rows).toEqual([expect.objectContaining({ revokedAt: expect.any(Date) })]);
  const { body: again } = await send(over);
  expect(said(again.changes)).toContain(`none exemption Strict, host ${host.identifier}`);
  expect(again.warnings).toMatchObject([{ place: "exemptions.0.expires_at" }]);
});

test("a label is of the hosts that come in and of those that leave", async () => {
  const ids = [await insertHost(), await insertHost(), await insertHost()];
  await insertLabel({ name: "Shrinks", host_ids: ids });
  await insertLabel({ name: "Narrows", query: "SELECT 1" });
  const counted = async (label: object) => {
    const { body } = await send({ dry_run: true, labels: [label as never] });
    return body.changes[0].hosts;
  };
  expect(await counted({ name: "Shrinks", host_ids: ids.slice(0, 1) })).toBe(3);
  expect(await counted({ name: "Shrinks", host_ids: [] })).toBe(3);
  const all = await counted({ name: "Narrows", query: "SELECT 2" });
  expect(all).toBeGreaterThanOrEqual(3);
  const windows = { name: "Narrows", query: "SELECT 1", platform: "windows" };
  expect(await counted(windows)).toBe(all);
});

test("an export, applied, changes nothing; nor does it tell secrets", async () => {
  await apply({ secrets: [{ secret: "the-secret-of-all" }] });
  const { body: exported } = await request(GET, { token: world.admin.token });
  expect(JSON.stringify(exported)).not.toContain("the-secret-of-all");
  const { body } = await send({ ...exported, dry_run: true }, world.admin.token);
  expect(said(body.changes).filter((text) => !text.startsWith("none"))).toEqual([]);
  expect(body.changes.length).toBeGreaterThan(10);
});

test("what is told of teams, and exported of exemptions, is of one's own team", async () => {
  const name = unique("Told");
  const teamId = await insertTeam(name);
  const otherId = await insertTeam(unique("Hidden"));
  const options = { config: { options: { secret: "of the other team" } } };
  await db.update(teams).set({ agentOptions: options }).where(eq(teams.id, otherId));
  const { token: own } = await insertUser("gitops", teamId);
  const told = await send({ complete: { teams: true }, dry_run: true }, own);
  expect(told.body.changes.map((change: GitopsChange) => change.name)).toEqual([name]);
  const { token: observer } = await insertUser("observer", teamId);
  expect((await send({ complete: { teams: true } }, observer)).status).toBe(403);

  const policyId = await insertPolicy({ name: "Told of" });
  const row = { policyId, authorName: "", createdAt: new Date() };
  const expiresAt = new Date(inDays(3));
  const hostId = await insertHost({ teamId: otherId });
  await db.insert(exemptions).values([
    { ...row, hostId, reason: "another team's host", expiresAt },
    { ...row, teamId: otherId, reason: "another team", expiresAt },
    { ...row, teamId, reason: "one's own", expiresAt },
  ]);
  const { body } = await request(GET, { token: observer });
  const mine = body.exemptions.filter(({ policy }: { policy: string }) => policy === "Told of");
  const reasons = mine.map(({ reason }: { reason: string }) => reason);
  expect(reasons).toEqual(["one's own"]);
  await db.delete(exemptions).where(eq(exemptions.policyId, row.policyId));
  await db.delete(policies).where(eq(policies.id, row.policyId));
});

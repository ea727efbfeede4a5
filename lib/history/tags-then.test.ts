import { expect, test } from "vitest";
import { GET as listPoliciesThen } from "#app/api/v1/muster/as-of/policies/route.ts";
import { GET as rollUpTagsThen } from "#app/api/v1/muster/as-of/tags/route.ts";
import { GET as rollUpTagsNow } from "#app/api/v1/muster/policies/tags/route.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteHosts, transferHosts } from "#lib/hosts/manage.ts";
import { setPaused } from "#lib/policies/actions.ts";
import { changePolicies } from "#lib/policies/bulk.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";

await testDatabase();
const world = await createWorld();
await startHistory();
const { token } = world.admin;

accessTable({
  "GET /muster/as-of/tags": [
    rollUpTagsThen,
    [200, 200, 200, 200, 200, 401],
    async () => ({ query: { as_of: (await moment()).toISOString() } }),
  ],
  "GET /muster/as-of/tags?team_id": [
    rollUpTagsThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({ query: { as_of: (await moment()).toISOString(), team_id: w.teamId } }),
  ],
});

type Given = Record<string, string | number>;

async function tagsAt(at: Date, query: Given = {}, who = token) {
  const asOf = { as_of: at.toISOString(), ...query };
  const { status, body } = await request(rollUpTagsThen, { token: who, query: asOf });
  expect(status).toBe(200);
  return body;
}

const COUNTS = ["passing", "failing", "error", "stale", "exempt", "pending"];

/** Every group must have the policies, and the counts, of the list that it leads to. */
async function agreedTags(at: Date, query: Given = {}, who = token) {
  const groups = await tagsAt(at, query, who);
  expect(groups.meta.has_next_results).toBe(false);
  const asOf = { as_of: at.toISOString(), per_page: 50, ...query };
  const behind = [
    ...groups.tags.map((one: { tag: string }) => [one, { tag: one.tag }]),
    ...groups.frameworks.map((one: { framework: string }) => [one, { framework: one.framework }]),
  ];
  for (const [group, filter] of behind) {
    const sent = { token: who, query: { ...asOf, ...filter } };
    const { policies } = (await request(listPoliciesThen, sent)).body;
    const sum = (name: string) =>
      policies.reduce((all: number, one: Record<string, number>) => all + (one[name] ?? 0), 0);
    const counts = COUNTS.map((name) => [`${name}_host_count`, sum(`${name}_host_count`)]);
    expect(group).toMatchObject({ policies: policies.length, ...Object.fromEntries(counts) });
  }
  const uncounted = await tagsAt(at, { ...query, without_counts: "true" }, who);
  const named = ({ tag, policies }: { tag: string; policies: number }) => `${tag} ${policies}`;
  expect(uncounted.tags.map(named)).toEqual(groups.tags.map(named));
  expect(uncounted.frameworks).toHaveLength(groups.frameworks.length);
  return groups;
}

/** `tag policies passing/failing/pending` of each. */
async function linesAt(at: Date, query: Given = {}, who = token): Promise<string[]> {
  const { tags } = await agreedTags(at, query, who);
  return tags.map(
    (one: Record<string, number>) =>
      `${one.tag} ${one.policies}: ${one.passing_host_count}/${one.failing_host_count}/${one.pending_host_count}`,
  );
}

test("tags, policies, hosts and answers are those of then, whatever was edited, moved, paused or deleted since", async () => {
  const [teamId, otherTeamId] = [await insertTeam(), await insertTeam()];
  const disk = await insertPolicy({ tags: ["disk", "cis-v8:3.6", "cis-v8:3.11"] }, teamId);
  const fire = await insertPolicy({ tags: ["cis-v8:3.11"] }, teamId);
  const [a, b] = [
    await insertHost({ teamId, createdAt: new Date() }),
    await insertHost({ teamId, createdAt: new Date() }),
  ];
  await answer(a, disk, "pass", { at: new Date() });
  await answer(b, disk, "fail", { at: new Date() });
  await answer(a, fire, "pass", { at: new Date() });
  const answered = await moment();
  const edit = (patch: object) => modifyPolicy(SYSTEM, teamId, disk, modifyPolicyBody.parse(patch));
  await edit({ query: "SELECT 2" });
  const edited = await moment();
  await edit({ tags: ["storage"] });
  const tagged = await moment();
  await setPaused(SYSTEM, fire, true, "");
  await transferHosts(SYSTEM, otherTeamId, [b]);
  const moved = await moment();
  await deleteHosts(SYSTEM, [a]);
  await deletePolicies(SYSTEM, teamId, [disk]);
  const gone = await moment();

  const query = { team_id: teamId };
  expect(await linesAt(answered, query)).toEqual([
    "cis-v8:3.6 1: 1/1/0",
    "cis-v8:3.11 2: 2/1/1",
    "disk 1: 1/1/0",
  ]);
  expect(await linesAt(edited, query)).toEqual([
    "cis-v8:3.6 1: 0/0/2",
    "cis-v8:3.11 2: 1/0/3",
    "disk 1: 0/0/2",
  ]);
  expect(await linesAt(tagged, query)).toEqual(["cis-v8:3.11 1: 1/0/1", "storage 1: 0/0/2"]);
  expect(await linesAt(moved, query)).toEqual(["cis-v8:3.11 1: 1/0/0", "storage 1: 0/0/1"]);
  expect(await linesAt(gone, query)).toEqual(["cis-v8:3.11 1: 0/0/0"]);
  const { frameworks } = await agreedTags(answered, query);
  expect(frameworks).toMatchObject([
    { framework: "cis-v8", controls: 2, policies: 2, passing_host_count: 2, pass_rate: 2 / 3 },
  ]);
});

test("who sees a policy's tags goes by the team that the policy was of then, and counts are of that team's hosts", async () => {
  const mine = await insertPolicy({ tags: ["then-moved"] }, world.teamId);
  const host = await insertHost({ teamId: world.teamId, createdAt: new Date() });
  await answer(host, mine, "fail", { at: new Date() });
  const before = await moment();
  await changePolicies(SYSTEM, {
    action: "move",
    team_id: world.otherTeamId,
    ids: [mine],
    reason: "",
  });
  const after = await moment();
  const [own, others] = [world.teamAdmin.token, world.otherTeamAdmin.token];
  expect(await linesAt(before, {}, own)).toEqual(["then-moved 1: 0/1/0"]);
  expect(await linesAt(before, {}, others)).toEqual([]);
  expect(await linesAt(after, {}, own)).toEqual([]);
  expect(await linesAt(after, {}, others)).toEqual(["then-moved 1: 0/0/0"]);
});

test("of this very moment it says what the roll-up of now says", async () => {
  const teamId = await insertTeam();
  const hosts = [await insertHost({ teamId }), await insertHost({ teamId })];
  for (const [n, states] of ["pass fail", "error stale", "fail", "pass pass"].entries()) {
    const tags = ["all", `n:${n % 2}`, n < 2 ? "early" : "late"];
    const policy = await insertPolicy({ tags }, teamId);
    for (const [host, state] of states.split(" ").entries()) {
      await answer(hosts[host] as number, policy, state as "pass", { at: new Date() });
    }
  }
  const query = { team_id: teamId };
  const { body: now } = await request(rollUpTagsNow, { token, query });
  expect(await agreedTags(await moment(), query)).toMatchObject(now);
  expect(now.tags).toHaveLength(5);
});

test("a request counts ten policies at most; without counts there are the tags of all", async () => {
  const teamId = await insertTeam();
  for (let n = 0; n < 12; n++) await insertPolicy({ tags: ["paged"] }, teamId);
  const at = await moment();
  const policies = async (query: Given) =>
    (await tagsAt(at, { team_id: teamId, ...query })).tags[0].policies;
  expect(await policies({ per_page: 50 })).toBe(10);
  expect(await policies({ page: 1 })).toBe(2);
  const all = await tagsAt(at, { team_id: teamId, without_counts: "true" });
  expect(all).toMatchObject({ policies_count: 12, tags: [{ tag: "paged", policies: 12 }] });
  expect(all.tags[0]).not.toHaveProperty("pass_rate");
});

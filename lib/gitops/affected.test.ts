import { beforeAll, expect, test } from "vitest";
import { POST } from "#app/api/v1/muster/gitops/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { exemptions, policies } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, unique } from "#lib/testing/world.ts";
import type { GitopsBody, GitopsChange } from "./schema.ts";

const db = await testDatabase();
let token: string;

beforeAll(async () => {
  await createWorld();
  token = (await insertUser("gitops")).token;
});

async function send(body: GitopsBody): Promise<GitopsChange[]> {
  const answer = await request(POST, { method: "POST", token, body });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body.changes;
}

const dry = (body: GitopsBody) => send({ ...body, dry_run: true });

const moves = ({ action, hosts_entering, hosts_leaving, hosts_pending }: GitopsChange) => [
  action,
  hosts_entering,
  hosts_leaving,
  hosts_pending,
];

const find = (changes: readonly GitopsChange[], name: string) => {
  const found = changes.filter((change) => change.name === name);
  expect(found, name).toHaveLength(1);
  return found[0] as GitopsChange;
};

const nameOf = (id: number) =>
  db
    .select()
    .from(policies)
    .then((all) => all.find((policy) => policy.id === id)?.name ?? "");

/** Of a policy that nobody has answered. */
async function askedHosts(name: string): Promise<number> {
  const [policy] = (await db.select().from(policies)).filter((one) => one.name === name);
  return (await getPolicy(SYSTEM, policy?.id ?? 0)).pending_host_count;
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

async function exempt(policyId: number, target: { labelId?: number; teamId?: number }) {
  const row = { policyId, reason: "x", authorName: "", createdAt: new Date() };
  await db.insert(exemptions).values({ ...row, ...target, expiresAt: inDays(3) });
}

test("policies that a list's edit moves are told with who comes and who leaves, named or not, and so it is afterwards", async () => {
  const [a, b, c] = [await insertHost(), await insertHost(), await insertHost()];
  const label = await insertLabel({ host_ids: [a, b] });
  const [named, unnamed, excluding] = [unique("Named"), unique("Unnamed"), unique("Excluding")];
  const [windows, other] = [unique("Windows"), unique("Other")];
  const rules = { labels_include_any: [label.name] };
  await insertPolicy({ name: named, ...rules });
  await insertPolicy({ name: unnamed, ...rules });
  await insertPolicy({ name: excluding, platform: "darwin", labels_exclude_any: [label.name] });
  await insertPolicy({ name: windows, platform: "windows", ...rules });
  await insertPolicy({ name: other });
  const body: GitopsBody = {
    labels: [{ name: label.name, host_ids: [b, c] }],
    policies: [{ name: named, query: "SELECT 1", ...rules }],
  };
  const before = await askedHosts(excluding);
  const changes = await dry(body);
  const because = [{ kind: "label", name: label.name, entering: 1, leaving: 1, pending: 0 }];
  for (const name of [named, unnamed, excluding]) {
    const change = find(changes, name);
    expect(moves(change)).toEqual(["none", 1, 1, 0]);
    expect(change).toMatchObject({ team: "", because });
  }
  expect(find(changes, unnamed)).toMatchObject({
    place: null,
    hosts: 3,
    hosts_before: 2,
    hosts_after: 2,
  });
  // What stays of the same hosts is not told, unless the request names it.
  const told = changes.map(({ name }) => name);
  expect(told).not.toContain(windows);
  expect(told).not.toContain(other);
  expect(await askedHosts(unnamed)).toBe(2);

  expect(await send(body)).toEqual(changes);
  expect(await askedHosts(excluding)).toBe(before);
  expect((await dry(body)).map(moves)).toEqual([
    ["none", null, null, 0],
    ["none", 0, 0, 0],
  ]);
});

test("of a label's new SQL it is told who has to answer first, of those that nothing else keeps out, and nobody is guessed", async () => {
  const [member, outsider, listed] = [await insertHost(), await insertHost(), await insertHost()];
  await insertHost({ platform: "windows" });
  const label = await insertLabel({ query: "SELECT 1", platform: "darwin" });
  await answerLabel(member, label.id, true);
  await answerLabel(outsider, label.id, false);
  await answerLabel(listed, label.id, true);
  const only = await insertLabel({ host_ids: [member, outsider, listed] });
  const out = await insertLabel({ host_ids: [listed] });
  const name = unique("Asked anew");
  await insertPolicy({
    name,
    labels_include_all: [label.name, only.name],
    labels_exclude_any: [out.name],
  });
  const edited = { name: label.name, query: "SELECT 2", platform: "darwin" };
  const change = find(await dry({ labels: [edited] }), name);
  expect(moves(change)).toEqual(["none", 0, 0, 2]);
  // What they said of the old SQL holds until then.
  expect(change).toMatchObject({ hosts: 2, hosts_before: 1, hosts_after: 1 });
  expect(change.because).toEqual([
    { kind: "label", name: label.name, entering: 0, leaving: 0, pending: 2 },
  ]);
  const own = find(await dry({ labels: [edited] }), label.name);
  const macs = (await db.select().from(hosts)).filter((host) => host.platformFamily === "darwin");
  expect(own.hosts_pending).toBe(macs.length);

  // Another platform alone: who leaves is known, and who answered the same SQL has answered.
  const windows = { name: label.name, query: "SELECT 1", platform: "windows" };
  const narrowed = find(await dry({ labels: [windows] }), name);
  expect(moves(narrowed)).toEqual(["none", 0, 1, 0]);
  const described = { name: label.name, query: "SELECT 1", platform: "darwin", description: "x" };
  expect((await dry({ labels: [described] })).map((one) => one.name)).not.toContain(name);
});

test("a policy by a label that is new asks nobody for certain", async () => {
  const [name, label] = [unique("By a new label"), unique("New")];
  const changes = await dry({
    labels: [{ name: label, query: "SELECT 1", platform: "darwin" }],
    policies: [{ name, query: "SELECT 1", platform: "darwin", labels_include_any: [label] }],
  });
  const macs = (await db.select().from(hosts)).filter((host) => host.platformFamily === "darwin");
  expect(moves(find(changes, name))).toEqual(["create", 0, 0, macs.length]);
  expect(find(changes, name).because).toMatchObject([{ name: label, pending: macs.length }]);
});

test("of a label by vitals it is known at once who comes and who leaves", async () => {
  const version = unique("OS");
  const [one, other] = [`${version} 1`, `${version} 2`];
  await insertHost({ osVersion: one });
  await insertHost({ osVersion: other });
  await insertHost({ osVersion: other });
  const vitals = (value: string) => ({ vital: "os_version" as const, value });
  const label = await insertLabel({ criteria: vitals(one) });
  const name = unique("By vitals");
  await insertPolicy({ name, labels_include_any: [label.name] });
  const changes = await dry({ labels: [{ name: label.name, criteria: vitals(other) }] });
  expect(moves(find(changes, name))).toEqual(["none", 2, 1, 0]);
});

test("exemptions of a label or by a policy that moves let off others, and that is told", async () => {
  const [a, b, c] = [await insertHost(), await insertHost(), await insertHost()];
  const label = await insertLabel({ host_ids: [a] });
  const everywhere = await insertPolicy({ name: unique("Exempt") });
  const scoped = await insertPolicy({ labels_include_any: [label.name] });
  const repaired = await insertLabel({ host_ids: [a, b, c] });
  await exempt(everywhere, { labelId: label.id });
  await exempt(scoped, { labelId: repaired.id });
  const edit = { name: label.name, host_ids: [b, c] };
  const changes = await dry({ labels: [edit] });
  const let_off = find(changes, `${await nameOf(everywhere)}, label ${label.name}`);
  expect(let_off).toMatchObject({ kind: "exemption", team: "", hosts_before: 1, hosts_after: 2 });
  expect(let_off.because).toMatchObject([{ name: label.name, entering: 2, leaving: 1 }]);
  expect(moves(let_off)).toEqual(["none", 2, 1, 0]);
  const moved = find(changes, `${await nameOf(scoped)}, label ${repaired.name}`);
  expect(moves(moved)).toEqual(["none", 2, 1, 0]);
  // Its policy's own edit moves it as well.
  const narrowed = { name: await nameOf(everywhere), query: "SELECT 1", platform: "windows" };
  const others = await dry({ policies: [narrowed] });
  expect(moves(find(others, let_off.name))).toEqual(["none", 0, 1, 0]);
});

test("with a team go its policies and exemptions, and its hosts come to the policies of no team", async () => {
  const team = unique("Going");
  const teamId = await insertTeam(team);
  await insertHost({ teamId });
  await insertHost({ teamId });
  const own = unique("Of the team");
  const ofNobody = unique("Of no team");
  const ofAll = unique("Of all");
  await insertPolicy({ name: own }, teamId);
  await insertPolicy({ name: ofNobody }, 0);
  const everywhere = await insertPolicy({ name: ofAll });
  await exempt(everywhere, { teamId });
  const { token: admin } = await insertUser("admin");
  const teamsNow = await request(POST, {
    method: "POST",
    token: admin,
    body: { complete: { teams: true }, dry_run: true },
  });
  const stay = teamsNow.body.changes
    .map(({ name }: GitopsChange) => name)
    .filter((name: string) => name !== team);
  const { status, body } = await request(POST, {
    method: "POST",
    token: admin,
    body: {
      teams: stay.map((name: string) => ({ name })),
      complete: { teams: true },
      delete_other: ["teams"],
      dry_run: true,
    },
  });
  expect(status).toBe(200);
  const gone = find(body.changes, own);
  expect(moves(gone)).toEqual(["delete", 0, 2, 0]);
  expect(gone).toMatchObject({ team, hosts: 2 });
  const more = find(body.changes, ofNobody);
  expect(moves(more)).toEqual(["none", 2, 0, 0]);
  expect(more.because).toEqual([{ kind: "team", name: team, entering: 2, leaving: 0, pending: 0 }]);
  expect(moves(find(body.changes, `${ofAll}, team ${team}`))).toEqual(["delete", 0, 2, 0]);
  expect(body.changes.map(({ name }: GitopsChange) => name)).not.toContain(ofAll);
});

test("a dry run refuses what the apply would: a label that an exemption goes by, a team of too many hosts", async () => {
  const label = await insertLabel({ host_ids: [] });
  const policyId = await insertPolicy();
  await exempt(policyId, { labelId: label.id });
  const team = unique("Large");
  const teamId = await insertTeam(team);
  const at = new Date();
  const blank = { hardwareModel: "", platform: "darwin", platformFamily: "darwin", osName: "" };
  const times = { createdAt: at, updatedAt: at, lastEnrolledAt: at };
  const many = Array.from({ length: 500 }, (_, n) => ({
    ...{ ...blank, ...times, teamId, hostname: `many-${n}`, uuid: `many-${n}`, osVersion: "" },
    ...{ distributedIntervalSeconds: 10, configRefreshSeconds: 60 },
  }));
  await db.insert(hosts).values(many);
  const { token: admin } = await insertUser("admin");
  const { status, body } = await request(POST, {
    method: "POST",
    token: admin,
    body: {
      complete: { labels: true, teams: true },
      delete_other: ["labels", "teams"],
      dry_run: true,
    },
  });
  expect(status).toBe(422);
  const reasons = body.errors.map(({ reason }: { reason: string }) => reason);
  const user = `an exemption from policy "${await nameOf(policyId)}"`;
  expect(reasons).toContain(`label "${label.name}" is used by ${user}`);
  expect(reasons.join()).toContain(`Team "${team}" has 500 hosts or more`);
});

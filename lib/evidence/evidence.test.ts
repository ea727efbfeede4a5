import { setTimeout as sleep } from "node:timers/promises";
import { eq } from "drizzle-orm";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { GET as getPolicyThen } from "#app/api/v1/muster/as-of/policies/[id]/route.ts";
import { GET as exportEvidence } from "#app/api/v1/muster/evidence/route.ts";
import { bulk } from "#db/client.ts";
import { hostVersions } from "#db/schema/hosts.ts";
import { labelMembership, labelVersions } from "#db/schema/labels.ts";
import { exemptions, policyCounts, policyVersions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { deletePolicies, modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import {
  hoursAgo,
  oldChanges,
  oldHost,
  oldPolicy,
  period,
  startOldHistory,
} from "#lib/testing/long-ago.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";
import { HOSTS_PER_STEP } from "./hosts.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = world.admin;
await startOldHistory();
async function exported(query: Record<string, string | number>) {
  const { status, body } = await request(exportEvidence, { token, query });
  expect(status).toBe(200);
  return body as string;
}

async function rowsOf(query: Record<string, string | number>) {
  const { data } = Papa.parse<Record<string, string>>((await exported(query)).trim(), {
    header: true,
  });
  return data;
}

const answersOf = async (id: number, from: number, to: number) =>
  rowsOf({ ...period(from, to), policy_ids: String(id) });

accessTable({
  "GET /muster/evidence?team_id": [
    exportEvidence,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ query: { ...period(10, 1), team_id: w.teamId } }),
  ],
});

test("seconds in each state add up to the time that policy and host were both there", async () => {
  const teamId = await insertTeam();
  const id = await oldPolicy(teamId);
  const hostId = await oldHost(teamId, 20, 2);
  await oldChanges(hostId, id, [
    [15, "pass"],
    [9, "fail"],
    [7, "error"],
    [6, "fail"],
    [4, "exempt"],
  ]);
  const [row] = await answersOf(id, 10, 3);
  expect(row).toMatchObject({
    host_id: String(hostId),
    state_at_start: "pass",
    state_at_end: "exempt",
    pass_seconds: "3600",
    fail_seconds: String(4 * 3600),
    error_seconds: "3600",
    exempt_seconds: "3600",
    pending_seconds: "0",
    failing_since: "",
  });
  const [failing] = await answersOf(id, 10, 5);
  expect(failing?.failing_since).toBe(hoursAgo(9).toISOString());
  const [gone] = await answersOf(id, 10, 1);
  expect(gone).toMatchObject({ state_at_end: "absent", exempt_seconds: String(2 * 3600) });
  const [arrived] = await answersOf(id, 30, 10);
  expect(arrived).toMatchObject({
    state_at_start: "absent",
    pending_seconds: String(5 * 3600),
    pass_seconds: String(5 * 3600),
  });
  expect(await answersOf(id, 40, 30)).toEqual([]);
});

test("answers to SQL from before an edit count until the edit, and deleted policies are there", async () => {
  const teamId = await insertTeam();
  const id = await oldPolicy(teamId);
  const hostId = await oldHost(teamId);
  await modifyPolicy(SYSTEM, teamId, id, modifyPolicyBody.parse({ query: "SELECT 2" }));
  await deletePolicies(SYSTEM, teamId, [id]);
  const [first, second] = await db
    .select()
    .from(policyVersions)
    .where(eq(policyVersions.policyId, id));
  expect([first?.revision, second?.revision]).toEqual([1, 2]);
  const set = (version: number, fields: object) =>
    db.$client.query("UPDATE policy_versions SET ? WHERE policy_id = ? AND version = ?", [
      fields,
      id,
      version,
    ]);
  await set(1, { ended_at: hoursAgo(8) });
  await set(2, { created_at: hoursAgo(8), ended_at: hoursAgo(2), reason: "the old one was wrong" });
  await oldChanges(hostId, id, [[20, "pass"]]);
  await oldChanges(hostId, id, [[6, "fail"]], 2);
  const [row] = await answersOf(id, 10, 1);
  expect(row).toMatchObject({
    pass_seconds: String(2 * 3600),
    pending_seconds: String(2 * 3600),
    fail_seconds: String(4 * 3600),
    state_at_end: "absent",
  });
  const revisions = await rowsOf({ ...period(10, 1), policy_ids: id, part: "revisions" });
  expect(revisions).toMatchObject([
    { version: "1", query: "SELECT 1" },
    { version: "2", query: "SELECT 2", reason: "the old one was wrong" },
  ]);
});

test("at any moment the state of each pair is what as-of counts say", async () => {
  const teamId = await insertTeam();
  const id = await oldPolicy(teamId);
  const other = await insertTeam();
  const states = ["pass", "fail", "error", "stale", "exempt", "not_applicable", "pending"];
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % most;
  };
  await db.$client.query("UPDATE policy_versions SET ended_at = ? WHERE policy_id = ?", [
    hoursAgo(24),
    id,
  ]);
  const version = { policyId: id, version: 2, revision: 2, name: "Edited", teamId, fields: {} };
  await db.insert(policyVersions).values({ ...version, createdAt: hoursAgo(24) });
  for (let n = 0; n < 12; n++) {
    const left = 5 + random(20);
    const hostId = await oldHost(teamId, 60, left);
    await db.insert(hostVersions).values({
      hostId,
      at: hoursAgo(left),
      teamId: random(2) === 0 ? other : teamId,
      platform: "darwin",
      platformFamily: "darwin",
    });
    for (let hours = 50; hours > 0; hours -= 1 + random(9)) {
      // Now and then one that is told late.
      const late = random(4) === 0 ? random(5) : 0;
      const state = states[random(states.length)] ?? "";
      await oldChanges(hostId, id, [[hours + late, state]], hours > 24 ? 1 : 2);
    }
  }
  for (const hours of [48, 30.5, 24, 23.9, 12.3, 6, 0.5]) {
    const rows = await answersOf(id, 55, hours);
    const query = { as_of: hoursAgo(hours).toISOString() };
    const { body } = await request(getPolicyThen, { token, params: { id }, query });
    const counted = ["pass", "fail", "error", "stale", "exempt", "pending"].map(
      (state) => rows.filter((row) => row.state_at_end === state).length,
    );
    const { policy } = body;
    expect([hours, ...counted]).toEqual([
      hours,
      policy.passing_host_count,
      policy.failing_host_count,
      policy.error_host_count,
      policy.stale_host_count,
      policy.exempt_host_count,
      policy.pending_host_count,
    ]);
    for (const row of rows) {
      const spent = Object.entries(row).filter(([name]) => name.endsWith("_seconds"));
      const sum = spent.reduce((total, [, seconds]) => total + Number(seconds), 0);
      expect(sum).toBeLessThanOrEqual((55 - hours) * 3_600);
    }
  }
});

test("why a host is exempt stands beside it, and exemptions are a part of their own", async () => {
  const teamId = await insertTeam();
  const id = await oldPolicy(teamId);
  const hostId = await oldHost(teamId);
  await oldChanges(hostId, id, [[8, "exempt"]]);
  const row = { policyId: id, createdAt: hoursAgo(9), expiresAt: hoursAgo(-9), authorName: "Ada" };
  await db.insert(exemptions).values([
    { ...row, teamId, reason: "the whole team" },
    { ...row, hostId, reason: "a lab machine" },
    { ...row, hostId, reason: "was revoked before", revokedAt: hoursAgo(8.5) },
  ]);
  const [answer] = await answersOf(id, 7, 1);
  expect(answer).toMatchObject({ state_at_end: "exempt", exempt_reason: "a lab machine" });
  const query = { ...period(7, 1), policy_ids: id, part: "exemptions" };
  const reasons = (await rowsOf(query)).map((one) => one.reason);
  expect(reasons).toEqual(["the whole team", "a lab machine"]);
  const html = await exported({ ...period(7, 1), policy_ids: id, format: "html" });
  expect(html).toContain("a lab machine");
  const elsewhere = await request(exportEvidence, {
    token: world.otherTeamAdmin.token,
    query: { ...query, part: "exemptions" },
  });
  expect(elsewhere.body).not.toContain("lab machine");
});

test("of exemptions by label, that of a label which the host had says why", async () => {
  const id = await oldPolicy();
  const row = { policyId: id, createdAt: hoursAgo(9), expiresAt: hoursAgo(-9), authorName: "Ada" };
  for (const [n, hostId] of [await oldHost(null), await oldHost(null)].entries()) {
    const label = await insertLabel();
    await db.update(labelVersions).set({ at: hoursAgo(900) });
    const known = { hostId, labelId: label.id, isMember: true, since: hoursAgo(800) };
    await db.insert(labelMembership).values(known);
    await db.insert(exemptions).values({ ...row, labelId: label.id, reason: `label ${n}` });
    await oldChanges(hostId, id, [[8, "exempt"]]);
  }
  const reasons = (await answersOf(id, 7, 1)).flatMap((one) => one.exempt_reason || []);
  expect(reasons).toEqual(["label 0", "label 1"]);
});

test("a host's exemptions are told to the team that it was in, and not to one that it had left", async () => {
  const id = await oldPolicy();
  const hostId = await oldHost(world.teamId, 900, 20);
  const version = { hostId, at: hoursAgo(20), teamId: world.otherTeamId, platform: "darwin" };
  await db.insert(hostVersions).values({ ...version, platformFamily: "darwin", displayName: "x" });
  const row = { policyId: id, hostId, expiresAt: hoursAgo(-9), authorName: "Ada" };
  await db.insert(exemptions).values([
    { ...row, createdAt: hoursAgo(30), reason: "before", revokedAt: hoursAgo(25) },
    { ...row, createdAt: hoursAgo(9), reason: "after" },
  ]);
  const query = { ...period(40, 1), policy_ids: id, part: "exemptions" };
  const reasonsFor = async (user: { token: string }) => {
    const { body } = await request(exportEvidence, { token: user.token, query });
    return Papa.parse<{ reason: string }>(body, { header: true, skipEmptyLines: true }).data.map(
      ({ reason }) => reason,
    );
  };
  expect(await reasonsFor(world.teamAdmin)).toEqual(["before"]);
  expect(await reasonsFor(world.otherTeamAdmin)).toEqual(["after"]);
});

test("JSON Lines have all parts, begin with what they are and end with an end", async () => {
  const id = await oldPolicy();
  await db.insert(policyCounts).values([
    { policyId: id, teamId: 0, at: hoursAgo(60), passing: 1, failing: 1 },
    { policyId: id, teamId: 0, at: hoursAgo(20), passing: 2 },
  ]);
  const text = await exported({ ...period(100, 1), policy_ids: id, format: "jsonl" });
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ type: "evidence", policies_count: 1 });
  expect(lines.at(-1)).toEqual({ type: "end" });
  expect(lines.filter((line) => line.type === "revision")).toHaveLength(1);
  const html = await exported({ ...period(100, 1), policy_ids: id, format: "html" });
  expect(html).toContain("<polyline");
  expect(html).not.toContain("<script");
  expect(html).toContain(`Content-Security-Policy" content="default-src 'none'`);
  expect(html.trimEnd()).toMatch(/<\/html>$/);
});

test("what hosts and people call themselves is text in every format", async () => {
  const teamId = await insertTeam();
  const name = `<script>alert(1)</script>`;
  const id = await oldPolicy(teamId);
  await db.update(policyVersions).set({ name }).where(eq(policyVersions.policyId, id));
  const hostId = await oldHost(teamId);
  await oldChanges(hostId, id, [[8, "pass"]]);
  const html = await exported({ ...period(7, 1), policy_ids: id, format: "html" });
  expect(html).toContain("&lt;script&gt;alert(1)");
  expect(html).not.toContain("<script>alert");
  const csv = await exported({ ...period(7, 1), policy_ids: id });
  expect(csv).toContain(`"'=host ""${hostId}"""`);
});

test("rows are made as they are taken, a few hundred hosts at a time, and not when nobody reads", async () => {
  const teamId = await insertTeam();
  const ids = [await oldPolicy(teamId), await oldPolicy(teamId)];
  const hosts = HOSTS_PER_STEP * 4;
  const firstId = 5_000_000;
  const at = hoursAgo(90);
  const hostIds = Array.from({ length: hosts }, (_, n) => firstId + n);
  await bulk(
    db,
    "INSERT INTO host_versions (host_id, at, team_id, platform_family, display_name) VALUES ?",
    hostIds.map((id) => [id, at, teamId, "darwin", `host ${id}`]),
  );
  let statements = 0;
  database().$client.pool.on("acquire", () => {
    statements += 1;
  });
  const url = new URL("http://127.0.0.1/api/test");
  const query = { ...period(50, 1), policy_ids: ids.join(","), team_id: String(teamId) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const headers = { authorization: `Bearer ${token}` };
  const open = async () => (await exportEvidence(new Request(url, { headers }))).body?.getReader();

  const reader = await open();
  const linesOf = async () => {
    const { value } = (await reader?.read()) ?? {};
    return new TextDecoder().decode(value).trim().split("\n").length;
  };
  expect(await linesOf()).toBe(1);
  expect(await linesOf()).toBe(HOSTS_PER_STEP);
  await sleep(100);
  const soFar = statements;
  await sleep(100);
  expect(statements).toBe(soFar);
  await linesOf();
  await reader?.cancel();
  await sleep(50);
  const atEnd = statements;
  await sleep(100);
  expect(statements).toBe(atEnd);

  statements = 0;
  const all = await open();
  let lines = 0;
  for (let done = false; !done; ) {
    const chunk = (await all?.read()) ?? { done: true, value: undefined };
    done = chunk.done;
    if (chunk.value) lines += new TextDecoder().decode(chunk.value).trim().split("\n").length;
  }
  expect(lines).toBe(1 + ids.length * hosts);
  expect(statements).toBeGreaterThan(soFar);
});

test("a period that nobody knows about is refused", async () => {
  const ask = async (query: Record<string, string>) => {
    const { status, body } = await request(exportEvidence, { token, query });
    return `${status} ${body.errors?.[0]?.reason}`;
  };
  expect(await ask({})).toMatch(/^400 .*from is missing/);
  expect(await ask(period(1, 2))).toMatch(/^400 from must be before to/);
  expect(await ask(period(20_000, 2))).toMatch(/^400 from is before history began/);
  expect(await ask({ ...period(5, 2), format: "pdf" })).toMatch(/^400 format must be one of/);
});

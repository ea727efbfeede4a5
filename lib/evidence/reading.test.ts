import { eq } from "drizzle-orm";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { GET as exportEvidence } from "#app/api/v1/muster/evidence/route.ts";
import { hostVerdicts, hostVersions } from "#db/schema/hosts.ts";
import { exemptions, policyTransitions } from "#db/schema/policies.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { csvLines } from "#lib/http/csv.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import { hoursAgo, oldHost, oldPolicy, period, startOldHistory } from "#lib/testing/long-ago.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";
import { answers, changesOf } from "./answers.ts";
import { readPolicies } from "./policies.ts";
import { answerJson, COLUMNS, verdictJson } from "./rows.ts";
import { verdicts } from "./verdicts.ts";

const db = await testDatabase();
const world = await createWorld();
await startOldHistory();

async function exported(
  query: Record<string, string | number>,
  { token }: { token: string } = world.admin,
) {
  const { status, body } = await request(exportEvidence, { token, query });
  expect(status).toBe(200);
  return body as string;
}

test("hosts and labels that are gone have the names they had last, as far as one may see them", async () => {
  const id = await oldPolicy();
  const hostId = await oldHost(world.teamId, 900, 20);
  const version = { hostId, at: hoursAgo(20), endedAt: hoursAgo(5), platform: "darwin" };
  const elsewhere = { teamId: world.otherTeamId, displayName: "name of the other team" };
  await db.insert(hostVersions).values({ ...version, ...elsewhere, platformFamily: "darwin" });
  const label = await insertLabel();
  await deleteLabel(SYSTEM, label.id);
  const row = { policyId: id, createdAt: hoursAgo(30), expiresAt: hoursAgo(-9), authorName: "Ada" };
  await db.insert(exemptions).values([
    { ...row, hostId, reason: "host" },
    { ...row, labelId: label.id, reason: "label" },
  ]);
  const query = { ...period(40, 1), policy_ids: id };
  const namesFor = async (user: { token: string }) => {
    const file = await exported({ ...query, part: "exemptions" }, user);
    const { data } = Papa.parse<Record<string, string>>(file.trim(), { header: true });
    return data.map((one) => one.host_name || one.label_name);
  };
  expect(await namesFor(world.admin)).toEqual(["name of the other team", label.name]);
  // The sign in front keeps a spreadsheet from taking a name for a formula.
  expect(await namesFor(world.teamAdmin)).toEqual([`'=host "${hostId}"`, label.name]);
  const html = await exported({ ...query, format: "html" });
  expect(html).toContain("Host name of the other team");
  expect(html).toContain(`Label ${label.name}`);
});

async function collected<T>(pages: AsyncIterable<T[]>): Promise<T[][]> {
  const all: T[][] = [];
  for await (const page of pages) all.push(page);
  return all;
}

const STATES = ["pass", "fail", "error", "stale", "fail", "pass", "exempt"];
const VERDICTS = ["pass", "fail", "unknown"];

/** Changes from 55 to 5 hours ago, several of them at the same moment. */
async function insertChanges(hostId: number, policyId: number, count: number): Promise<void> {
  if (count === 0) return;
  const numbers = Array.from({ length: count }, (_, n) => n);
  const at = (n: number) => hoursAgo(55 - Math.floor((n * 10) / count) * 5);
  const stateOf = (n: number) => STATES[n % STATES.length] ?? "";
  const pair = { hostId, policyId, fromState: "" };
  await db
    .insert(policyTransitions)
    .values(
      numbers.map((n) => ({ ...pair, revision: 1 + (n % 2), toState: stateOf(n), at: at(n) })),
    );
  const verdictOf = (n: number) => VERDICTS[n % VERDICTS.length] ?? "";
  await db.insert(hostVerdicts).values(
    numbers.map((n) => ({
      ...{ hostId, verdict: verdictOf(n) },
      ...{ at: hoursAgo(55 - n), endedAt: hoursAgo(54 - n) },
    })),
  );
}

test("however few changes are read at a time, the file is the same to the byte, and no more are held", async () => {
  const teamId = await insertTeam();
  const id = await oldPolicy(teamId);
  const hostIds: number[] = [];
  for (const count of [0, 7, 40, 1, 0, 6, 3, 23]) {
    const hostId = await oldHost(teamId, 60);
    hostIds.push(hostId);
    await insertChanges(hostId, id, count);
  }
  const of = {
    scope: teamScope(SYSTEM, "host:read"),
    from: hoursAgo(50),
    to: hoursAgo(10),
    teamId,
    fullAt: undefined,
  };
  const policies = await readPolicies(db, of, { policyIds: [id] });
  const linesOf = async (part: "answers" | "verdicts", rowsMax: number) => {
    const rows =
      part === "answers"
        ? (await collected(answers(db, of, policies, rowsMax))).flat().map(answerJson)
        : (await collected(verdicts(db, of, rowsMax))).flat().map(verdictJson);
    const columns = COLUMNS[part];
    return csvLines([[...columns], ...rows.map((row) => columns.map((column) => row[column]))]);
  };
  const query = { ...period(50, 10), policy_ids: id, team_id: teamId };
  for (const part of ["answers", "verdicts"] as const) {
    const file = await exported({ ...query, part });
    expect(file.split("\n").length).toBeGreaterThan(hostIds.length);
    for (const rowsMax of [1, 2, 3, 7, 1_000]) {
      expect([rowsMax, await linesOf(part, rowsMax)]).toEqual([rowsMax, file]);
    }
  }
  const [, ...pages] = await collected(changesOf(db, of, id, hostIds, 3));
  expect(Math.max(...pages.map((page) => page.length))).toBe(3);
  const read = pages.flat().map((change) => change.id);
  const rows = await db.select().from(policyTransitions).where(eq(policyTransitions.policyId, id));
  const inPeriod = rows.filter(({ at }) => at > of.from && at <= of.to);
  expect(read.toSorted()).toEqual(inPeriod.map((change) => change.id).toSorted());
});

import { describe, expect, test } from "vitest";
import { GET as getNow } from "#app/api/v1/muster/posture/route.ts";
import { GET as getHistory } from "#app/api/v1/muster/posture-history/route.ts";
import { bulk } from "#db/client.ts";
import { policies, policyStats } from "#db/schema/policies.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique } from "#lib/testing/world.ts";
import { POINTS_MAX } from "./steps.ts";

const db = await testDatabase();
const STEP_MS = 300_000;
const lastStepMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;

/** Rows every five minutes, from `from` to `to` steps before now. */
async function recordSteps(teamId: number, hosts: number, from: number, to = 0): Promise<void> {
  const rows = Array.from({ length: from - to + 1 }, (_, index) => [
    new Date(lastStepMs - (from - index) * STEP_MS),
    teamId,
    hosts,
    hosts,
    hosts * 3,
    hosts,
  ]);
  await bulk(
    db,
    "INSERT INTO posture_history (at, team_id, hosts, online, passing, failing) VALUES ?",
    rows,
  );
}

async function insertPolicy(teamId: number | null, byTeam: Record<number, [number, number]>) {
  const at = new Date();
  const [{ insertId: policyId }] = await db.insert(policies).values({
    name: unique("Policy"),
    query: "SELECT 1;",
    description: "",
    resolution: "",
    teamId,
    platformSince: {},
    queryRevision: 1,
    queryChangedAt: at,
    createdAt: at,
    updatedAt: at,
  });
  for (const [team, [passing, failing]] of Object.entries(byTeam)) {
    const counts = { passing, failing, erroring: 0, stale: 0 };
    const row = { policyId, teamId: Number(team), revision: 1, updatedAt: at, ...counts };
    await db.insert(policyStats).values(row);
  }
  return policyId;
}

accessTable({
  "GET /muster/posture?team_id": [
    getNow,
    [200, 200, 200, 200, 403, 401],
    (world) => ({ query: { team_id: world.teamId } }),
  ],
  "GET /muster/posture-history?team_id": [
    getHistory,
    [200, 200, 200, 200, 403, 401],
    (world) => ({ query: { team_id: world.teamId } }),
  ],
  "GET /muster/posture-history of hosts in no team": [
    getHistory,
    [200, 200, 200, 403, 403, 401],
    () => ({ query: { team_id: 0 } }),
  ],
});

describe("history", () => {
  test("sums the teams a person may see and nobody else's", async () => {
    const world = await createWorld();
    await recordSteps(world.teamId, 10, 12);
    await recordSteps(world.otherTeamId, 5, 12);
    const ask = async (token: string, query = {}) =>
      (await request(getHistory, { token, query: { days: 1, ...query } })).body.points;
    expect((await ask(world.admin.token)).at(-1)).toMatchObject({ hosts: 15, passing: 45 });
    expect((await ask(world.teamAdmin.token)).at(-1)).toMatchObject({ hosts: 10, failing: 10 });
    const ofTeam = await ask(world.admin.token, { team_id: world.otherTeamId });
    expect(ofTeam.at(-1)).toMatchObject({ hosts: 5 });
    expect(ofTeam).toHaveLength(13);
  });

  test("has at most 200 points however long it is, and ends with the latest hours", async () => {
    const world = await createWorld();
    await recordSteps(world.teamId, 3, 90 * 288 - 1);
    for (const days of [1, 7, 30, 90]) {
      const query = { days, team_id: world.teamId };
      const { body } = await request(getHistory, { token: world.admin.token, query });
      expect(body.points.length).toBeGreaterThan(100);
      expect(body.points.length).toBeLessThanOrEqual(POINTS_MAX);
      const behindMs = Date.now() - Date.parse(body.points.at(-1).at);
      expect(behindMs).toBeLessThanOrEqual(body.step_seconds * 1000);
      expect(body.points.every((point: { hosts: number }) => point.hosts === 3)).toBe(true);
    }
  });

  test("shows an outage as a gap, and none where one row of many is missing", async () => {
    const world = await createWorld();
    await recordSteps(world.teamId, 4, 20, 15);
    await recordSteps(world.teamId, 4, 5);
    const query = { days: 1, team_id: world.teamId };
    const { body } = await request(getHistory, { token: world.admin.token, query });
    const gaps = body.points.filter((point: { hosts: number | null }) => point.hosts === null);
    expect(gaps).toHaveLength(9);
  });

  test("refuses a period that nothing is kept for", async () => {
    const { admin } = await createWorld();
    const answer = await request(getHistory, { token: admin.token, query: { days: 91 } });
    expect(answer.status).toBe(400);
  });
});

test("the worst policies are those that most hosts in view fail, over the teams in view", async () => {
  const world = await createWorld();
  const { teamId, otherTeamId } = world;
  const global = await insertPolicy(null, { [teamId]: [5, 2], [otherTeamId]: [1, 9] });
  const own = await insertPolicy(teamId, { [teamId]: [3, 4] });
  await insertPolicy(teamId, { [teamId]: [7, 0] });
  const foreign = await insertPolicy(otherTeamId, { [otherTeamId]: [0, 8] });
  const ask = async (token: string) => (await request(getNow, { token })).body;
  const ids = (body: { worst_policies: { id: number }[] }) => body.worst_policies.map((p) => p.id);

  const everything = await ask(world.admin.token);
  expect(ids(everything)).toEqual([global, foreign, own]);
  expect(everything.worst_policies[0]).toMatchObject({ failing: 11, passing: 6 });

  const team = await ask(world.teamAdmin.token);
  expect(ids(team)).toEqual([own, global]);
  expect(team.answers).toEqual({ passing: 15, failing: 6, erroring: 0, stale: 0 });
  expect(team.policies_count).toBe(3);
});

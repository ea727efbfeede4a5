import { beforeAll, describe, expect, test } from "vitest";
import { POST as preview } from "#app/api/v1/muster/policies/bulk/impact/route.ts";
import { POST as scope } from "#app/api/v1/muster/policies/scope/route.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { setPaused } from "#lib/policies/actions.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, type World } from "#lib/testing/world.ts";

await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const asked = async (handler: typeof preview, body: object) => {
  const answered = await request(handler, { token: world.admin.token, body });
  expect(answered.status, JSON.stringify(answered.body)).toBe(200);
  return answered.body;
};
const impactOf = (body: object) => asked(preview, body);

accessTable({
  "POST /policies/bulk/impact of policies of all teams": [
    preview,
    [200, 200, 403, 403, 403, 401],
    async () => ({ body: { action: "pause", ids: [await insertPolicy()] } }),
  ],
  "POST /policies/bulk/impact of a team's policies": [
    preview,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ body: { action: "delete", ids: [await insertPolicy({}, w.teamId)] } }),
  ],
  "POST /policies/bulk/impact of a move to all teams": [
    preview,
    [200, 200, 403, 403, 403, 401],
    async (w) => {
      const ids = [await insertPolicy({}, w.teamId)];
      return { body: { action: "move", team_id: null, ids } };
    },
  ],
  "POST /policies/scope of all teams": [
    scope,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: {} }),
  ],
  "POST /policies/scope of a team": [
    scope,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ body: { team_id: w.teamId } }),
  ],
});

/** Hosts of a team of which the first ones fail a critical policy, and the others pass. */
async function teamOf(failing: number, passing: number) {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({ critical: true }, teamId);
  for (let n = 0; n < failing + passing; n++) {
    await answer(await insertHost({ teamId }), policyId, n < failing ? "fail" : "pass");
  }
  return { teamId, policyId };
}

describe("what an action on policies would do", () => {
  test("a pause, or the end, of a critical policy opens the gate to the hosts that fail it, and past the share asks for a name", async () => {
    const { policyId } = await teamOf(6, 4);
    const flips = [{ from: "fail", to: "pass", hosts: 6 }];
    const pause = await impactOf({ action: "pause", ids: [policyId] });
    expect(pause).toMatchObject({
      ...{ policies: 1, hosts_now: 10, hosts_after: 10, entering: 0, leaving: 0 },
      ...{ answers_lost: 0, verdicts: { flips }, share: 0.6, confirm: true },
    });
    const end = await impactOf({ action: "delete", ids: [policyId] });
    expect(end).toMatchObject({
      ...{ policies: 1, hosts_now: 10, hosts_after: 0, leaving: 10 },
      ...{ answers_lost: 10, verdicts: { flips }, share: 1, confirm: true },
    });
    await setPaused(SYSTEM, policyId, true, "");
    const resume = await impactOf({ action: "resume", ids: [policyId] });
    expect(resume.verdicts.flips).toEqual([{ from: "pass", to: "fail", hosts: 6 }]);
  });

  test("a host stays kept out by another policy that it fails, unless both are paused", async () => {
    const teamId = await insertTeam();
    const ids = [
      await insertPolicy({ critical: true }, teamId),
      await insertPolicy({ critical: true }, teamId),
    ];
    const host = await insertHost({ teamId });
    for (const id of ids) await answer(host, id, "fail");
    const one = await impactOf({ action: "pause", ids: ids.slice(0, 1) });
    expect(one.verdicts.flips).toEqual([]);
    const both = await impactOf({ action: "pause", ids });
    expect(both).toMatchObject({ policies: 2, hosts_now: 1 });
    expect(both.verdicts.flips).toEqual([{ from: "fail", to: "pass", hosts: 1 }]);
  });

  test("the hosts of policies of several teams and platforms are counted, each once", async () => {
    const [teamId, other] = [await insertTeam(), await insertTeam()];
    const ids = [
      await insertPolicy({ platform: "darwin" }, teamId),
      await insertPolicy({}, teamId),
      await insertPolicy({}, other),
    ];
    for (const platform of ["darwin", "darwin", "windows"] as const)
      await insertHost({ teamId, platform });
    await insertHost({ teamId: other });
    const pause = await impactOf({ action: "pause", ids });
    expect(pause).toMatchObject({ policies: 3, hosts_now: 4, hosts_after: 4 });
  });

  test("what gates nothing, and what is so already, changes no verdict", async () => {
    const { teamId } = await teamOf(1, 1);
    const policyId = await insertPolicy({}, teamId);
    const pause = await impactOf({ action: "pause", ids: [policyId] });
    expect(pause).toMatchObject({ policies: 1, verdicts: { flips: [] }, confirm: false });
    const resume = await impactOf({ action: "resume", ids: [policyId] });
    expect(resume).toMatchObject({ policies: 0, hosts_now: 0 });
  });

  test("a move tells who is asked instead, and that all answers begin anew", async () => {
    const { policyId } = await teamOf(1, 2);
    const other = await insertTeam();
    await insertHost({ teamId: other });
    const move = await impactOf({ action: "move", team_id: other, ids: [policyId] });
    expect(move).toMatchObject({
      ...{ hosts_now: 3, hosts_after: 1, entering: 1, leaving: 3, answers_lost: 3 },
    });
    expect(move.verdicts.flips).toEqual(
      expect.arrayContaining([
        { from: "fail", to: "pass", hosts: 1 },
        { from: "pass", to: "unknown", hosts: 1 },
      ]),
    );
  });
});

test("the hosts that a new policy would ask are counted by team, platforms and labels, pending ones too", async () => {
  const teamId = await insertTeam();
  const label = await insertLabel();
  const [member, outsider] = [await insertHost({ teamId }), await insertHost({ teamId })];
  await insertHost({ teamId });
  await insertHost({ teamId, platform: "windows" });
  await answerLabel(member, label.id, true);
  await answerLabel(outsider, label.id, false);
  const count = (body: object) => asked(scope, { team_id: teamId, ...body });
  expect(await count({})).toEqual({ hosts: 4, excluded: 0 });
  expect(await count({ platform: "darwin" })).toEqual({ hosts: 3, excluded: 0 });
  const labels_include_any = [label.name];
  expect(await count({ platform: "darwin", labels_include_any })).toEqual({
    ...{ hosts: 2, excluded: 1 },
  });
});

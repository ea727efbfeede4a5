import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as getLabelThen } from "#app/api/v1/muster/as-of/labels/[id]/route.ts";
import { GET as listLabelsThen } from "#app/api/v1/muster/as-of/labels/route.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { modifyLabelBody } from "#lib/labels/schema.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { answerLabel, insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, unique } from "#lib/testing/world.ts";

const db = await testDatabase();
const world = await createWorld();
await startHistory();
const { token } = world.admin;

accessTable({
  "GET /muster/as-of/labels": [
    listLabelsThen,
    [200, 200, 200, 200, 200, 401],
    async () => ({ query: { as_of: (await moment()).toISOString() } }),
  ],
  "GET /muster/as-of/labels/{id} of a team's hosts": [
    getLabelThen,
    [200, 200, 200, 200, 403, 401],
    async (w) => ({
      params: { id: (await insertLabel()).id },
      query: { as_of: (await moment()).toISOString(), team_id: w.teamId },
    }),
  ],
});

async function labelAt(at: Date, id: number, query = {}, who = token) {
  const asOf = { as_of: at.toISOString(), ...query };
  return request(getLabelThen, { token: who, params: { id }, query: asOf });
}

/** Members and unknown; the list behind the count must agree. */
async function countsAt(at: Date, id: number, teamId: number, who = token): Promise<number[]> {
  const { body } = await labelAt(at, id, { team_id: teamId }, who);
  const query = { as_of: at.toISOString(), label_id: id, team_id: teamId };
  const hosts = await request(listHostsThen, { token: who, query });
  expect(hosts.body.count).toBe(body.label.host_count);
  return [body.label.host_count, body.label.unknown_host_count];
}

const listed = async (at: Date, query: string) =>
  (await request(listLabelsThen, { token, query: { as_of: at.toISOString(), query } })).body;

test("members and those of whom nobody knew are counted as they were, and the list has as many", async () => {
  const teamId = await insertTeam();
  const label = await insertLabel();
  const empty = await moment();
  const create = () => insertHost({ teamId, createdAt: new Date() });
  const [first, second] = [await create(), await create()];
  const asked = await moment();
  await answerLabel(first, label.id, true);
  const told = await moment();
  await answerLabel(second, label.id, true);
  await answerLabel(first, label.id, false);
  const moved = await moment();
  expect(await countsAt(empty, label.id, teamId)).toEqual([0, 0]);
  expect(await countsAt(asked, label.id, teamId)).toEqual([0, 2]);
  expect(await countsAt(told, label.id, teamId)).toEqual([1, 1]);
  expect(await countsAt(moved, label.id, teamId)).toEqual([1, 0]);
});

test("a label is there with the name, the rule and the policies that it had then, also when it is gone", async () => {
  const before = await moment();
  const name = unique("Label as of");
  const label = await insertLabel({ name, query: "SELECT 1" });
  const policyId = await insertPolicy({ labels_include_any: [name] });
  const then = await moment();
  await modifyPolicy(SYSTEM, null, policyId, modifyPolicyBody.parse({ labels_include_any: [] }));
  const change = modifyLabelBody.parse({ name: `${name} renamed` });
  await modifyLabel(SYSTEM, label.id, change);
  const later = await moment();
  await deleteLabel(SYSTEM, label.id);
  expect((await labelAt(before, label.id)).status).toBe(404);
  expect((await labelAt(then, label.id)).body.label).toMatchObject({
    name,
    query: "SELECT 1",
    policies: [{ id: policyId }],
  });
  expect((await labelAt(later, label.id)).body.label).toMatchObject({
    name: `${name} renamed`,
    policies: [],
  });
  expect((await labelAt(await moment(), label.id)).status).toBe(404);
  expect(await listed(then, name)).toMatchObject({ count: 1, labels: [{ id: label.id, name }] });
  expect(await listed(before, name)).toMatchObject({ count: 0, labels: [] });
});

test("people of a team count their team's hosts alone", async () => {
  const label = await insertLabel();
  const theirs = await insertHost({ teamId: world.teamId });
  const others = await insertHost({ teamId: world.otherTeamId });
  for (const id of [theirs, others]) await answerLabel(id, label.id, true);
  const at = await moment();
  const count = async (who: string) => (await labelAt(at, label.id, {}, who)).body.label.host_count;
  expect(await count(token)).toBe(2);
  expect(await count(world.teamAdmin.token)).toBe(1);
  expect(await count(world.otherTeamAdmin.token)).toBe(1);
});

test("a moment from before labels were kept is refused, and the answer says since when they are", async () => {
  const label = await insertLabel();
  const at = await moment();
  await db
    .update(settings)
    .set({ value: (await moment()).toISOString() })
    .where(eq(settings.name, "fullHistoryBegan"));
  const refused = await labelAt(at, label.id);
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].reason).toContain("was not kept at that moment");
});

import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { GET as getOne } from "#app/api/v1/fleet/labels/[label]/route.ts";
import { DELETE as deleteById } from "#app/api/v1/fleet/labels/id/[id]/route.ts";
import { POST as create } from "#app/api/v1/fleet/labels/route.ts";
import { exemptions } from "#db/schema/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const asAdmin = () => world.admin.token;
const remove = (id: number) =>
  request(deleteById, { token: asAdmin(), params: { id }, method: "DELETE" });

async function make() {
  const body = { name: unique("Label"), query: "SELECT 1" };
  return (await request(create, { token: asAdmin(), body })).body.label;
}

test("a label that an exemption in force names is not deleted, and one that ended does not hinder", async () => {
  const label = await make();
  const policyId = await insertPolicy();
  const at = new Date();
  const row = { policyId, labelId: label.id, reason: "Old machines", createdAt: at };
  await db.insert(exemptions).values({ ...row, expiresAt: new Date(at.getTime() + 60_000) });
  const teamPolicyId = await insertPolicy({}, world.teamId);
  const ofTeam = { ...row, policyId: teamPolicyId, expiresAt: new Date(at.getTime() + 60_000) };
  await db.insert(exemptions).values(ofTeam);
  const refused = await remove(label.id);
  expect([refused.status, refused.body.errors[0].reason]).toEqual([
    409,
    expect.stringContaining("(Old machines)"),
  ]);
  const shownTo = async (token: string) => {
    const { body } = await request(getOne, { token, params: { label: label.id } });
    return body.label.exemptions.map((one: { policy_id: number }) => one.policy_id);
  };
  expect((await shownTo(asAdmin())).toSorted()).toEqual([policyId, teamPolicyId].toSorted());
  expect(await shownTo(world.otherTeamAdmin.token)).toEqual([policyId]);
  await db.update(exemptions).set({ revokedAt: at }).where(eq(exemptions.labelId, label.id));
  expect((await remove(label.id)).status).toBe(200);
  expect((await remove(label.id)).status).toBe(404);
});

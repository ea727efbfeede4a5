import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { exemptions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption } from "#lib/exemptions/exemptions.ts";
import { createExemptionBody } from "#lib/exemptions/schema.ts";
import { deleteHosts } from "#lib/hosts/manage.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import { deleteTeam } from "#lib/teams/delete.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();

async function exempt(target: { policy_id: number; host_id?: number; team_id?: number }) {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const body = createExemptionBody.parse({ ...target, reason: "A reason", expires_at });
  return (await createExemption(SYSTEM, body)).id;
}

const isEnded = async (id: number) =>
  (await db.select().from(exemptions).where(eq(exemptions.id, id)))[0]?.revokedAt !== null;

test("an exemption ends with its policy, host or team, and others stay", async () => {
  const policyId = await insertPolicy();
  const teamId = await insertTeam();
  const [hostId, kept] = [await insertHost(), await insertHost()];
  await answer(hostId, policyId, "fail");
  const ofHost = await exempt({ policy_id: policyId, host_id: hostId });
  const ofTeam = await exempt({ policy_id: policyId, team_id: teamId });
  const ofKept = await exempt({ policy_id: policyId, host_id: kept });
  await deleteHosts(SYSTEM, [hostId]);
  await deleteTeam(SYSTEM, { id: teamId });
  expect([await isEnded(ofHost), await isEnded(ofTeam), await isEnded(ofKept)]).toEqual([
    true,
    true,
    false,
  ]);
  await expectConsistent(db);
  await deletePolicies(SYSTEM, null, [policyId]);
  expect(await isEnded(ofKept)).toBe(true);
});

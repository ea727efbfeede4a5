import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { GET as listExemptionsThen } from "#app/api/v1/muster/as-of/exemptions/route.ts";
import { exemptions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption, endExemption } from "#lib/exemptions/exemptions.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

const db = await testDatabase();
const world = await createWorld();
await startHistory();
const { token } = world.admin;

accessTable({
  "GET /muster/as-of/exemptions": [
    listExemptionsThen,
    [200, 200, 200, 200, 200, 401],
    async () => ({ query: { as_of: (await moment()).toISOString() } }),
  ],
});

describe("exemptions of a moment", () => {
  const at = async (moment: Date, query: Record<string, string | number>, who = token) =>
    (
      await request(listExemptionsThen, {
        token: who,
        query: { as_of: moment.toISOString(), ...query },
      })
    ).body;
  const ids = async (moment: Date, query: Record<string, string | number>) =>
    (await at(moment, query)).exemptions.map(({ id }: { id: number }) => id);

  test("are those in force then, whoever ended them since and however; those made later are not there", async () => {
    const policy_id = await insertPolicy();
    const make = async (days: number) =>
      (
        await createExemption(SYSTEM, {
          policy_id,
          host_id: await insertHost(),
          reason: "as of",
          expires_at: new Date(Date.now() + days * 86_400_000),
        })
      ).id;
    const none = await moment();
    const [ended, expired] = [await make(30), await make(3)];
    const both = await moment();
    await endExemption(SYSTEM, ended);
    await db
      .update(exemptions)
      .set({ expiresAt: await moment() })
      .where(eq(exemptions.id, expired));
    const after = await moment();
    const later = await make(30);
    expect(await ids(none, { policy_id, state: "all" })).toEqual([]);
    expect((await ids(both, { policy_id })).sort()).toEqual([ended, expired]);
    expect((await at(both, { policy_id })).exemptions).toMatchObject([
      { ended_at: null, ended_by: null },
      { ended_at: null, ended_by: null },
    ]);
    expect(await ids(both, { policy_id, state: "ending" })).toEqual([expired]);
    expect(await ids(after, { policy_id })).toEqual([]);
    expect((await ids(after, { policy_id, state: "ended" })).sort()).toEqual([ended, expired]);
    expect(await ids(await moment(), { policy_id })).toEqual([later]);
  });

  test("of another team's hosts are not seen, and a moment before history is refused", async () => {
    const policy_id = await insertPolicy();
    await createExemption(SYSTEM, {
      policy_id,
      host_id: await insertHost({ teamId: world.otherTeamId }),
      reason: "as of",
      expires_at: new Date(Date.now() + 86_400_000),
    });
    const now = await moment();
    expect((await at(now, { policy_id })).count).toBe(1);
    expect((await at(now, { policy_id }, world.teamAdmin.token)).count).toBe(0);
    expect((await at(now, { policy_id }, world.otherTeamAdmin.token)).count).toBe(1);
    const query = { as_of: "2001-01-01T00:00:00Z" };
    expect((await request(listExemptionsThen, { token, query })).status).toBe(400);
  });
});

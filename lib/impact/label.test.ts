import { beforeAll, describe, expect, test } from "vitest";
import { POST as preview } from "#app/api/v1/muster/labels/[label]/impact/route.ts";
import { exemptions } from "#db/schema/policies.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel, insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const impactOf = async ({ id }: { id: number }, body: object) => {
  const send = { token: world.admin.token, params: { label: id }, body };
  const answered = await request(preview, send);
  expect(answered.status, JSON.stringify(answered.body)).toBe(200);
  return answered.body;
};

accessTable({
  "POST /labels/{id}/impact": [
    preview,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { label: (await insertLabel()).id }, body: { query: "SELECT 2" } }),
  ],
});

describe("what an edit of a label would do", () => {
  test("of a list: which policies ask whom, and whom the gate lets in, before anything is written", async () => {
    const teamId = await insertTeam();
    const label = await insertManualLabel();
    const hosts = await Promise.all(Array.from({ length: 6 }, () => insertHost({ teamId })));
    const [first = 0] = hosts;
    await listHosts(label, { add: hosts });
    const rules = { critical: true, labels_include_any: [label.name] };
    const policyId = await insertPolicy(rules, teamId);
    for (const host of hosts) await answer(host, policyId, host === first ? "pass" : "fail");
    const impact = await impactOf(label, { host_ids: [first] });
    expect(impact).toMatchObject({
      ...{ asked_anew: 0, hosts: 5, confirm: true },
      policies: [{ id: policyId, critical: true, hosts_now: 6, hosts_after: 1, leaving: 5 }],
      verdicts: { flips: [{ from: "fail", to: "pass", hosts: 5 }] },
    });
    const again = await impactOf(label, { host_ids: hosts });
    expect(again).toMatchObject({ hosts: 0, policies: [{ leaving: 0 }], confirm: false });
    const words = await impactOf(label, { description: "Why." });
    expect(words).toMatchObject({ hosts: 0, verdicts: { flips: [] } });
  });

  test("by vitals: exactly who comes in and goes", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel({ criteria: { vital: "platform", values: ["darwin"] } });
    await insertHost({ teamId });
    await insertHost({ teamId, platform: "windows" });
    await insertHost({ teamId, platform: "windows" });
    await insertPolicy({ labels_include_all: [label.name] }, teamId);
    const criteria = { vital: "platform", values: ["windows"] };
    expect((await impactOf(label, { criteria })).policies).toMatchObject([
      { hosts_now: 1, hosts_after: 2, entering: 2, leaving: 1 },
    ]);
  });

  test("by SQL: what hosts said holds until they answer, and nobody guesses what they will", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel();
    const [member, outsider] = [await insertHost({ teamId }), await insertHost({ teamId })];
    await answerLabel(member, label.id, true);
    await answerLabel(outsider, label.id, false);
    const policyId = await insertPolicy({ labels_include_any: [label.name] }, teamId);
    const impact = await impactOf(label, { query: "SELECT 2" });
    expect(impact.asked_anew).toBeGreaterThanOrEqual(2);
    expect(impact).toMatchObject({
      hosts: 0,
      policies: [{ id: policyId, hosts_now: 1, hosts_after: 1, entering: 0, leaving: 0 }],
    });
  });

  test("also tells of hosts that an exemption would let off", async () => {
    const teamId = await insertTeam();
    const label = await insertManualLabel();
    const policyId = await insertPolicy({ critical: true }, teamId);
    const host = await insertHost({ teamId });
    await answer(host, policyId, "fail");
    const at = new Date();
    await db.insert(exemptions).values({
      ...{ policyId, labelId: label.id, reason: "Old machines", authorName: "Ann" },
      ...{ createdAt: at, expiresAt: new Date(at.getTime() + 3_600_000) },
    });
    const impact = await impactOf(label, { host_ids: [host] });
    expect(impact.policies).toEqual([]);
    expect(impact.verdicts.flips).toEqual([{ from: "fail", to: "pass", hosts: 1 }]);
  });
});

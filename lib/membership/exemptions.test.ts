import { eq } from "drizzle-orm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { exemptions, policies } from "#db/schema/policies.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createExemption, endExemption, modifyExemption } from "#lib/exemptions/exemptions.ts";
import {
  createExemptionBody,
  modifyExemptionBody,
  type NewExemption,
} from "#lib/exemptions/schema.ts";
import { readHostDetail } from "#lib/hosts/detail.ts";
import { transferHosts } from "#lib/hosts/manage.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { modifyPolicyBody, type NewPolicy } from "#lib/policies/schema.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { runJob, settle } from "#lib/testing/jobs.ts";
import { insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { hostIdOf, insertPolicy, membershipOf, transitionsOf } from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";
import { expireAnswers } from "#lib/worker/expire-answers.ts";
import { readCard, writeCard } from "./card.ts";

const db = await testDatabase();
const agents = await testAgents();

afterEach(async () => {
  await settle();
  await expectConsistent(db);
});

type Said = number | string;

/** A team's host that said so of a critical policy of the team. */
async function answered(said: Said, policy: Partial<NewPolicy> = {}) {
  const teamId = await insertTeam();
  const policyId = await insertPolicy({ critical: true, ...policy }, teamId);
  const host = new TestHost(agents);
  await host.enroll(teamId);
  await host.checkIn({ [policyId]: said });
  const id = await hostIdOf(host.identifier);
  const say = (rows: Said) => host.answer([`fleet_policy_query_${policyId}`], { [policyId]: rows });
  return { teamId, policyId, host, id, say };
}

async function exempt(input: Omit<NewExemption, "reason" | "expires_at">, lifeMs = 3_600_000) {
  const expiresAt = new Date(Date.now() + lifeMs);
  const body = { reason: "A reason", expires_at: expiresAt.toISOString(), ...input };
  const { id } = await createExemption(SYSTEM, createExemptionBody.parse(body));
  await agents.app.refresh();
  return { id, expiresAt };
}

const shown = async (hostId: number, policyId: number) => {
  const { policies, standing } = await readHostDetail(teamScope(SYSTEM, "host:read"), hostId);
  return { state: policies.find(({ id }) => id === policyId)?.state, ...standing };
};

const stored = async (hostId: number) =>
  (await db.select().from(hosts).where(eq(hosts.id, hostId)))[0]?.verdict;

async function counts(policyId: number) {
  const policy = await getPolicy(SYSTEM, policyId);
  const { passing_host_count: pass, failing_host_count: fail } = policy;
  return { pass, fail, exempt: policy.exempt_host_count };
}

const settledOf = async (id: number) =>
  (await db.select().from(exemptions).where(eq(exemptions.id, id)))[0]?.settled;

describe("an exemption of a host", () => {
  test("counts at once, in row, counts, history and verdict, and never as pass", async () => {
    const { id, policyId } = await answered(0);
    expect(await stored(id)).toBe("fail");
    await exempt({ policy_id: policyId, host_id: id });
    expect(await shown(id, policyId)).toMatchObject({ state: "exempt", verdict: "pass" });
    expect(await stored(id)).toBe("pass");
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt", passes: false });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 1 });
    expect(await transitionsOf(id, policyId)).toEqual(["pending>fail", "fail>exempt"]);
  });

  test("goes on being asked, and shows what was answered when it ends", async () => {
    const { id, policyId, say, host } = await answered(0);
    const exemption = await exempt({ policy_id: policyId, host_id: id });
    await say(1);
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt", passes: true });
    await say("no such table");
    await say("no such column");
    const { since } = (await membershipOf(id, policyId)) ?? {};
    expect(await membershipOf(id, policyId)).toMatchObject({ error: "no such column" });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 1 });
    await endExemption(SYSTEM, exemption.id);
    await agents.app.refresh();
    expect(await membershipOf(id, policyId)).toMatchObject({
      state: "error",
      passes: true,
      error: "no such column",
    });
    expect(await transitionsOf(id, policyId)).toEqual([
      "pending>fail",
      "fail>exempt",
      "exempt>error",
    ]);
    expect((await membershipOf(id, policyId))?.since).not.toEqual(since);
    await host.answer([`fleet_policy_query_${policyId}`]);
    expect(await shown(id, policyId)).toMatchObject({ state: "pass", verdict: "pass" });
  });

  test("that has not answered is pending, and gates nothing", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ critical: true }, teamId);
    const host = new TestHost(agents);
    await host.enroll(teamId);
    const id = await hostIdOf(host.identifier);
    expect(await shown(id, policyId)).toMatchObject({ state: "pending", verdict: "unknown" });
    await exempt({ policy_id: policyId, host_id: id });
    expect(await shown(id, policyId)).toMatchObject({ state: "pending", verdict: "pass" });
    await host.checkIn({ [policyId]: 0 });
    expect(await shown(id, policyId)).toMatchObject({ state: "exempt", verdict: "pass" });
    expect(await transitionsOf(id, policyId)).toEqual(["pending>exempt"]);
  });

  test("ends by itself at its time, for pages at once and for rows by the worker", async () => {
    const { id, policyId } = await answered(0);
    const { id: exemptionId, expiresAt } = await exempt(
      { policy_id: policyId, host_id: id },
      1_200,
    );
    const { validUntilMs } = await shown(id, policyId);
    expect(validUntilMs).toBe(expiresAt.getTime());
    await vi.waitFor(
      async () =>
        expect(await shown(id, policyId)).toMatchObject({ state: "fail", verdict: "fail" }),
      { timeout: 5_000 },
    );
    await runJob(expireAnswers());
    expect(await stored(id)).toBe("fail");
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "fail" });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 1, exempt: 0 });
    expect(await transitionsOf(id, policyId)).toEqual([
      "pending>fail",
      "fail>exempt",
      "exempt>fail",
    ]);
    expect(await settledOf(exemptionId)).toBe("ended");
  });

  test("of a policy that nobody has answered ends for the stored verdict too", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ critical: true }, teamId);
    const host = new TestHost(agents);
    await host.enroll(teamId);
    const id = await hostIdOf(host.identifier);
    await exempt({ policy_id: policyId, host_id: id }, 1_200);
    expect(await stored(id)).toBe("pass");
    await vi.waitFor(
      async () => {
        await runJob(expireAnswers());
        expect(await stored(id)).toBe("unknown");
      },
      { timeout: 5_000, interval: 200 },
    );
  });

  test("that ends sooner than it was to ends then", async () => {
    const { id, policyId } = await answered(0);
    const exemption = await exempt({ policy_id: policyId, host_id: id });
    const sooner = new Date(Date.now() + 1_200).toISOString();
    await modifyExemption(SYSTEM, exemption.id, modifyExemptionBody.parse({ expires_at: sooner }));
    await settle();
    await vi.waitFor(
      async () => {
        await runJob(expireAnswers());
        expect(await membershipOf(id, policyId)).toMatchObject({ state: "fail" });
      },
      { timeout: 5_000, interval: 200 },
    );
  });

  test("survives new SQL: it is of the policy, and what is answered to it is exempt again", async () => {
    const { id, policyId, teamId, host } = await answered(0);
    await exempt({ policy_id: policyId, host_id: id });
    await modifyPolicy(SYSTEM, teamId, policyId, modifyPolicyBody.parse({ query: "SELECT 2" }));
    await agents.app.refresh();
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 0 });
    expect(await shown(id, policyId)).toMatchObject({ state: "pending", verdict: "pass" });
    await host.checkIn({ [policyId]: 0 });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 1 });
  });

  test("turns stale underneath, and is stale when it ends", async () => {
    const { id, policyId } = await answered(0, { interval: 60 });
    const exemption = await exempt({ policy_id: policyId, host_id: id });
    await age(id, policyId, 1);
    await runJob(expireAnswers());
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt" });
    await endExemption(SYSTEM, exemption.id);
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "stale", passes: false });
    expect(await stored(id)).toBe("unknown");
  });
});

describe("an exemption of many", () => {
  test("of a label lets off its members, as they come and go", async () => {
    const { id, policyId } = await answered(0);
    const label = await insertManualLabel();
    const exemption = await exempt({ policy_id: policyId, label_id: label.id });
    expect(await shown(id, policyId)).toMatchObject({ state: "fail" });
    await listHosts(label, { add: [id] });
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt" });
    await listHosts(label, { remove: [id] });
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "fail" });
    await listHosts(label, { add: [id] });
    await endExemption(SYSTEM, exemption.id);
    expect(await shown(id, policyId)).toMatchObject({ state: "fail", verdict: "fail" });
    await settle();
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 1, exempt: 0 });
    expect(await settledOf(exemption.id)).toBe("ended");
  });

  test("of a team begins at once for verdicts, and by the worker in rows and counts", async () => {
    const { id, policyId, teamId } = await answered(0);
    const exemption = await exempt({ policy_id: policyId, team_id: teamId });
    expect(await shown(id, policyId)).toMatchObject({ state: "exempt", verdict: "pass" });
    expect(await settledOf(exemption.id)).toBe("begun");
    await settle();
    expect(await settledOf(exemption.id)).toBe("in_force");
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 1 });
    expect(await stored(id)).toBe("pass");
  });

  test("of a team ends for a host that leaves the team, in the same transaction", async () => {
    const teamId = await insertTeam();
    const policyId = await insertPolicy({ name: "Global, critical", critical: true });
    const host = new TestHost(agents);
    await host.enroll(teamId);
    await host.checkIn({ [policyId]: 0 });
    const id = await hostIdOf(host.identifier);
    await exempt({ policy_id: policyId, team_id: teamId });
    await settle();
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt" });
    await transferHosts(SYSTEM, null, [id]);
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "fail" });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 1, exempt: 0 });
    await db.delete(policies).where(eq(policies.id, policyId));
  });

  test("the answer of a host in one lands as exempt without waiting for the worker", async () => {
    const { id, policyId, teamId, say } = await answered(0);
    await exempt({ policy_id: policyId, team_id: teamId });
    await say(0);
    expect(await membershipOf(id, policyId)).toMatchObject({ state: "exempt", passes: false });
    expect(await counts(policyId)).toEqual({ pass: 0, fail: 0, exempt: 1 });
  });
});

/** Makes the host's answer look `hours` older. */
async function age(hostId: number, policyId: number, hours: number): Promise<void> {
  const [row] = await db.select().from(hostAgents).where(eq(hostAgents.hostId, hostId));
  const card = readCard(row?.card ?? null);
  const entry = card.get(policyId);
  if (!entry) throw new Error("the host has not answered");
  entry.evaluatedAtMs -= hours * 3_600_000;
  await db
    .update(hostAgents)
    .set({ card: writeCard(card), deadlineAt: new Date(Date.now() - 1_000) })
    .where(eq(hostAgents.hostId, hostId));
}

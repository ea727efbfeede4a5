import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { PATCH as editPolicy } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as createPolicy } from "#app/api/v1/fleet/policies/route.ts";
import { POST as keep } from "#app/api/v1/muster/runs/[id]/keep/route.ts";
import { POST as start } from "#app/api/v1/muster/runs/route.ts";
import { hosts } from "#db/schema/hosts.ts";
import { activities } from "#db/schema/system.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique } from "#lib/testing/world.ts";

const db = await testDatabase();
const agents = await testAgents();
const world = await createWorld();
const QUERY = "SELECT 1 FROM os_version WHERE major > 12;";

type Known = TestHost & { id: number };

async function enrolled(platform = "darwin"): Promise<Known> {
  const host = new TestHost(agents, platform);
  await host.enroll();
  await host.checkIn();
  const [row] = await db
    .select({ id: hosts.id })
    .from(hosts)
    .where(eq(hosts.hostname, host.identifier));
  return Object.assign(host, { id: row?.id ?? 0 });
}

/** A run that these hosts have answered, with so many rows each. */
async function runOn(answers: [Known, number | string][], body = {}): Promise<number> {
  const targets = { host_ids: answers.map(([host]) => host.id) };
  const { body: run } = await request(start, {
    token: world.admin.token,
    body: { query: QUERY, kind: "policy", targets, ...body },
  });
  await agents.app.refresh();
  const name = `fleet_distributed_query_${run.id}`;
  for (const [host, given] of answers) {
    await host.read();
    const failed = typeof given === "string";
    await host.post("distributed/write", {
      queries: { [name]: failed ? "" : Array.from({ length: given }, () => ({ 1: "1" })) },
      statuses: { [name]: failed ? 1 : 0 },
      messages: { [name]: failed ? given : "" },
    });
  }
  return run.id;
}

async function policy(fields: Record<string, unknown> = {}): Promise<number> {
  const { body } = await request(createPolicy, {
    token: world.admin.token,
    body: { name: unique("Policy"), query: QUERY, ...fields },
  });
  return body.policy.id;
}

const keepAs = (runId: number, policyId: number, token = world.admin.token) =>
  request(keep, { token, params: { id: runId }, body: { policy_id: policyId } });

const activitiesOf = async (runId: number) =>
  (await db.select().from(activities).where(eq(activities.type, "kept_run")))
    .filter(({ details }) => details.run_id === runId)
    .map(({ actorId, details }) => ({ actorId, ...details }));

async function memberships(policyId: number) {
  const [rows] = await db.$client.query(
    "SELECT host_id AS hostId, state, error, since FROM policy_membership WHERE policy_id = ? ORDER BY host_id",
    [policyId],
  );
  return rows as { hostId: number; state: string; error: string | null; since: Date }[];
}

describe("keeping a run's answers", () => {
  test("they are the policy's first, as old as their asking, and the hosts are not asked again", async () => {
    const [passes, fails, errs] = [await enrolled(), await enrolled(), await enrolled()];
    const runId = await runOn([
      [passes, 1],
      [fails, 0],
      [errs, "no such table: os_version"],
    ]);
    const policyId = await policy();
    expect((await keepAs(runId, policyId)).body).toEqual({ kept: 3, skipped: 0 });
    const rows = await memberships(policyId);
    expect(rows).toMatchObject([
      { hostId: passes.id, state: "pass" },
      { hostId: fails.id, state: "fail" },
      { hostId: errs.id, state: "error", error: "no such table: os_version" },
    ]);
    const [asked] = await db.$client.query(
      "SELECT asked_at AS at FROM run_hosts WHERE run_id = ? ORDER BY host_id LIMIT 1",
      [runId],
    );
    expect(rows[0]?.since).toEqual((asked as { at: Date }[])[0]?.at);
    await expectConsistent(db);
    await agents.app.refresh();
    expect(Object.keys(await fails.read())).not.toContain(`fleet_policy_query_${policyId}`);
    expect((await keepAs(runId, policyId)).status).toBe(200);
    await expectConsistent(db);
  });

  test("only when the SQL is byte for byte what was run", async () => {
    const host = await enrolled();
    const runId = await runOn([[host, 1]]);
    const policyId = await policy({ query: QUERY.replace("12", "13") });
    const refused = await keepAs(runId, policyId);
    expect(refused.status).toBe(409);
    expect(refused.body.errors[0].reason).toContain("not what was run");
    expect(await memberships(policyId)).toEqual([]);
    const edited = await policy();
    const sent = { params: { id: edited }, body: { query: `${QUERY} ` }, method: "PATCH" };
    await request(editPolicy, { token: world.admin.token, ...sent });
    expect((await keepAs(runId, edited)).status).toBe(409);
  });

  test("not of hosts that the policy does not ask", async () => {
    const [mac, linux] = [await enrolled(), await enrolled("ubuntu")];
    const runId = await runOn([
      [mac, 1],
      [linux, 1],
    ]);
    const policyId = await policy({ platform: "darwin" });
    expect((await keepAs(runId, policyId)).body).toEqual({ kept: 1, skipped: 1 });
    expect(await memberships(policyId)).toMatchObject([{ hostId: mac.id }]);
    expect(await activitiesOf(runId)).toMatchObject([
      { actorId: world.admin.id, policy_id: policyId, hosts_count: 1 },
    ]);
    await expectConsistent(db);
  });

  test("a host with a newer answer keeps that", async () => {
    const host = await enrolled();
    const runId = await runOn([[host, 1]]);
    const policyId = await policy();
    await agents.app.refresh();
    await host.checkIn({ [policyId]: 0 });
    expect((await keepAs(runId, policyId)).body).toEqual({ kept: 0, skipped: 1 });
    expect(await activitiesOf(runId)).toEqual([]);
    expect(await memberships(policyId)).toMatchObject([{ state: "fail" }]);
    await expectConsistent(db);
  });

  test("not of a run for rows, nor of one that is old, nor for who may not write the policy", async () => {
    const forRows = await runOn([[await enrolled(), 1]], { kind: "query" });
    const runId = await runOn([[await enrolled(), 1]]);
    const policyId = await policy();
    expect((await keepAs(forRows, policyId)).status).toBe(409);
    expect((await keepAs(runId, policyId, world.teamAdmin.token)).status).toBe(403);
    expect((await keepAs(runId, policyId, world.observer.token)).status).toBe(403);
    await db.$client.query(
      "UPDATE runs SET created_at = created_at - INTERVAL 2 HOUR WHERE id = ?",
      [runId],
    );
    expect((await keepAs(runId, policyId)).status).toBe(409);
    expect(await memberships(policyId)).toEqual([]);
  });
});

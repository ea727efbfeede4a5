import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as getHostThen } from "#app/api/v1/muster/as-of/hosts/[id]/route.ts";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as getPolicyThen } from "#app/api/v1/muster/as-of/policies/[id]/route.ts";
import { labelMembership, labelSpans, labelVersions } from "#db/schema/labels.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteHosts } from "#lib/hosts/manage.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { modifyLabelBody } from "#lib/labels/schema.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { moment, runJob, startHistory } from "#lib/testing/history.ts";
import { answerLabel, insertLabel, insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";
import { cleanUp } from "#lib/worker/clean-up.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = world.admin;
await startHistory();

async function membersAt(
  at: Date,
  labelId: number,
  query: Record<string, number> = {},
  who = token,
) {
  const asOf = { as_of: at.toISOString(), per_page: 200, label_id: labelId, ...query };
  const { status, body } = await request(listHostsThen, { token: who, query: asOf });
  expect(status).toBe(200);
  expect(body.count).toBe(body.hosts.length);
  return body.hosts.map(({ id }: { id: number }) => id);
}

/** By the host's page; the policy's counts must say the same of its team's one host. */
async function stateAt(at: Date, hostId: number, policyId: number): Promise<string> {
  const query = { as_of: at.toISOString() };
  const { body } = await request(getHostThen, { token, params: { id: hostId }, query });
  const found = body.host.policies.find(({ id }: { id: number }) => id === policyId);
  const state = found?.state ?? "not_applicable";
  const { body: then } = await request(getPolicyThen, { token, params: { id: policyId }, query });
  const {
    passing_host_count: pass,
    failing_host_count: fail,
    pending_host_count: pending,
  } = then.policy;
  const counts = { pass, fail, pending, not_applicable: 1 - pass - fail - pending };
  expect(counts[state as keyof typeof counts]).toBe(1);
  return state;
}

test("a policy by label is pending until the host is known to be out, or has answered", async () => {
  const teamId = await insertTeam();
  const label = await insertLabel();
  const policyId = await insertPolicy({ labels_include_any: [label.name] }, teamId);
  const hostId = await insertHost({ teamId });
  const unknown = await moment();
  await answerLabel(hostId, label.id, true);
  const member = await moment();
  await answer(hostId, policyId, "pass", { at: new Date() });
  const passed = await moment();
  await answerLabel(hostId, label.id, false);
  const left = await moment();
  await modifyPolicy(SYSTEM, teamId, policyId, modifyPolicyBody.parse({ labels_include_any: [] }));
  const widened = await moment();
  const states = [];
  for (const at of [unknown, member, passed, left, widened]) {
    states.push(await stateAt(at, hostId, policyId));
  }
  expect(states).toEqual(["pending", "pending", "pass", "not_applicable", "pending"]);
  expect(await membersAt(unknown, label.id, { team_id: teamId })).toEqual([]);
  expect(await membersAt(passed, label.id, { team_id: teamId })).toEqual([hostId]);
  expect(await membersAt(left, label.id, { team_id: teamId })).toEqual([]);
});

test("a manual label's list, a deleted host and a deleted label are there as they were", async () => {
  const label = await insertManualLabel();
  const empty = await moment();
  const [stays, leaves] = [
    await insertHost({ teamId: world.teamId }),
    await insertHost({ teamId: world.otherTeamId }),
  ];
  await listHosts(label, { add: [stays, leaves] });
  const both = await moment();
  await deleteHosts(SYSTEM, [leaves]);
  const one = await moment();
  await listHosts(label, { remove: [stays] });
  const none = await moment();
  await listHosts(label, { add: [stays] });
  const again = await moment();
  await deleteLabel(SYSTEM, label.id);
  const gone = await moment();
  await runJob(cleanUp());
  const known = eq(labelMembership.labelId, label.id);
  expect(await db.select().from(labelMembership).where(known)).toEqual([]);

  const lists = [];
  for (const at of [empty, both, one, none, again, gone]) lists.push(await membersAt(at, label.id));
  expect(lists.map((ids) => ids.length)).toEqual([0, 2, 1, 0, 1, 0]);
  expect(await membersAt(both, label.id, {}, world.teamAdmin.token)).toEqual([stays]);
});

test("who is a member by vitals goes by the rule and the vitals of the moment", async () => {
  const criteria = { vital: "os_version" as const, values: ["OS 15.1"] };
  const label = await insertLabel({ criteria });
  const teamId = await insertTeam();
  const hostId = await insertHost({ teamId });
  const before = await moment();
  const patch = { criteria: { vital: "os_version", values: ["OS 16"] } };
  await modifyLabel(SYSTEM, label.id, modifyLabelBody.parse(patch));
  const after = await moment();
  expect(await membersAt(before, label.id, { team_id: teamId })).toEqual([hostId]);
  expect(await membersAt(after, label.id, { team_id: teamId })).toEqual([]);
});

test("labels that a server of the version before made or deleted are known from the worker's next run", async () => {
  const label = await insertLabel();
  await db.delete(labelVersions).where(eq(labelVersions.labelId, label.id));
  const teamId = await insertTeam();
  const hostId = await insertHost({ teamId });
  await answerLabel(hostId, label.id, true);
  const before = await moment();
  await startHistory();
  const after = await moment();
  expect(await membersAt(before, label.id)).toEqual([]);
  expect(await membersAt(after, label.id)).toEqual([hostId]);
});

test("what is answered as before, or for the first time, ends nothing", async () => {
  const label = await insertLabel();
  const hostId = await insertHost();
  const spans = () => db.select().from(labelSpans).where(eq(labelSpans.hostId, hostId));
  await answerLabel(hostId, label.id, true);
  await answerLabel(hostId, label.id, true);
  expect(await spans()).toEqual([]);
  await answerLabel(hostId, label.id, false);
  expect(await spans()).toMatchObject([{ labelId: label.id, isMember: true }]);
});

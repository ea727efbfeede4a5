import { eq } from "drizzle-orm";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { labelMembership } from "#db/schema/labels.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { readHostDetail } from "#lib/hosts/detail.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { modifyLabelBody, type NewLabel } from "#lib/labels/schema.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestAgents, TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { runJob, settle } from "#lib/testing/jobs.ts";
import { insertLabel, insertManualLabel, labelQuery, listHosts } from "#lib/testing/labels.ts";
import {
  countsOf,
  hostIdOf,
  insertPolicy,
  membershipOf,
  transitionsOf,
} from "#lib/testing/policies.ts";
import { insertTeam } from "#lib/testing/world.ts";
import { cleanUp } from "#lib/worker/clean-up.ts";

import { touchAgents } from "./sql.ts";

const db = await testDatabase();
const agents = await testAgents();

afterEach(async () => {
  await settle();
  await expectConsistent(db);
});

async function enrolled(teamId: number | null, platform?: string) {
  await agents.app.refresh();
  const host = new TestHost(agents, platform);
  await host.enroll(teamId);
  const id = await hostIdOf(host.identifier);
  return { host, id };
}

type NamedLabel = Awaited<ReturnType<typeof insertLabel>>;

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;

/** A team's host that passed the policy that the rules are of. */
async function hostIn(rules: (label: NamedLabel) => object, member: 0 | 1, label?: NamedLabel) {
  const teamId = await insertTeam();
  const one = label ?? (await insertLabel());
  const policyId = await insertPolicy({ critical: true, ...rules(one) }, teamId);
  const { host, id } = await enrolled(teamId);
  await host.checkIn({ [labelQuery(one)]: member });
  await host.checkIn({ [labelQuery(one)]: member });
  return { teamId, label: one, policyId, host, id };
}

const stateOf = async (hostId: number, policyId: number) => {
  const { policies, standing } = await readHostDetail(teamScope(SYSTEM, "host:read"), hostId);
  const state = policies.find(({ id }) => id === policyId)?.state ?? "not_applicable";
  return `${state} ${standing.verdict}`;
};

const edit = async (policyId: number, teamId: number, patch: object) => {
  await modifyPolicy(SYSTEM, teamId, policyId, modifyPolicyBody.parse(patch));
  await agents.app.refresh();
};

const editLabel = async (label: NamedLabel, patch: object) => {
  await modifyLabel(SYSTEM, label.id, modifyLabelBody.parse(patch));
  await agents.app.refresh();
};

/** Has the host be asked its labels, and answer. */
async function answerLabel(host: TestHost, label: NamedLabel, rows: number | string) {
  await host.answer([labelQuery(label)], { [labelQuery(label)]: rows });
}

const include = ({ name }: NamedLabel) => ({ labels_include_any: [name] });
const exclude = ({ name }: NamedLabel) => ({ labels_exclude_any: [name] });

describe("labels that hosts answer", () => {
  test("until a host has answered, a policy that goes by the label is pending and not asked", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel();
    const policyId = await insertPolicy({ critical: true, ...exclude(label) }, teamId);
    const { host, id } = await enrolled(teamId);
    const asked = Object.keys(await host.read());
    expect(asked).toContain(labelQuery(label));
    expect(asked).not.toContain(nameOf(policyId));
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    await host.answer(asked, { [labelQuery(label)]: 0 });
    expect(await host.checkIn()).toContain(nameOf(policyId));
    expect(await stateOf(id, policyId)).toBe("pass pass");
    const [row] = await db.select().from(labelMembership).where(eq(labelMembership.hostId, id));
    expect(row).toMatchObject({ labelId: label.id, isMember: false });
  });

  test("rows make a member and none make no member; an error keeps what was known", async () => {
    const { host, id, label, policyId } = await hostIn(include, 1);
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await answerLabel(host, label, "no such table");
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await answerLabel(host, label, 0);
    expect(await stateOf(id, policyId)).toBe("not_applicable pass");
  });

  test("an error of a host that never could answer leaves it unknown, and asks again an interval later", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel();
    const policyId = await insertPolicy({ critical: true, ...exclude(label) }, teamId);
    const { host, id } = await enrolled(teamId);
    await host.checkIn({ [labelQuery(label)]: "no such table" });
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    expect(Object.keys(await host.read())).not.toContain(labelQuery(label));
  });

  test("a flip retires the answer in the same transaction, and what was found before does not come back", async () => {
    const { host, id, label, policyId } = await hostIn(include, 1);
    await answerLabel(host, label, 0);
    expect(await membershipOf(id, policyId)).toBeUndefined();
    expect(await countsOf(policyId)).toMatchObject({ pass: 0 });
    expect(await transitionsOf(id, policyId)).toEqual(["pending>pass", "pass>not_applicable"]);
    await answerLabel(host, label, 1);
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    expect(Object.keys(await host.read())).toContain(nameOf(policyId));
  });

  test("are asked of the platforms that they are for; hosts of others are known to be no members", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel({ platform: "windows" });
    const policyId = await insertPolicy(exclude(label), teamId);
    const { host, id } = await enrolled(teamId, "darwin");
    expect(await host.checkIn()).toEqual(expect.arrayContaining([nameOf(policyId)]));
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await editLabel(label, { platform: "" });
    await settle();
    expect(await stateOf(id, policyId)).toBe("pending pass");
    await host.checkIn({ [labelQuery(label)]: 0 });
    await host.checkIn();
    expect(await stateOf(id, policyId)).toBe("pass pass");
  });

  test("new SQL is asked at once, and what the host said before holds until it answers", async () => {
    const { host, id, label, policyId } = await hostIn(include, 1);
    expect(await host.read()).toEqual({});
    await editLabel(label, { query: "SELECT 2" });
    await settle();
    expect(await stateOf(id, policyId)).toBe("pass pass");
    const asked = await host.read();
    expect(asked).toMatchObject({ [labelQuery(label)]: "SELECT 2" });
    await host.answer(Object.keys(asked), { [labelQuery(label)]: 0 });
    expect(await stateOf(id, policyId)).toBe("not_applicable pass");
    expect(await host.read()).toEqual({});
  });

  test("an answer to SQL from before an edit does not pass for one to the new SQL", async () => {
    const other = await new TestAgents().start();
    onTestFinished(() => other.stop());
    const { host, label } = await hostIn(include, 1);
    const way = new TestHost(other);
    way.nodeKey = host.nodeKey;
    await editLabel(label, { query: "SELECT 2" });
    await other.app.refresh();
    await answerLabel(way, label, 1);
    await agents.app.refresh();
    expect(await host.read()).toMatchObject({ [labelQuery(label)]: "SELECT 2" });
  });

  test("a refetch asks them, and is open until they are answered", async () => {
    const { host, id, label } = await hostIn(include, 1);
    await transaction(db, (tx) => touchAgents(tx, [id], { refetchRequestedAt: "now" }));
    await agents.app.refresh();
    const names = Object.keys(await host.read());
    expect(names).toContain(labelQuery(label));
    const openAt = async () =>
      (await db.select().from(hostAgents).where(eq(hostAgents.hostId, id)))[0]?.refetchRequestedAt;
    const isLabel = (name: string) => name.startsWith("fleet_label");
    await host.answer(names.filter((name) => !isLabel(name)));
    expect(await openAt()).not.toBeNull();
    await host.answer(names.filter(isLabel));
    expect(await openAt()).toBeNull();
  });

  test("a host of another platform than before is asked anew what it was not asked", async () => {
    const teamId = await insertTeam();
    const label = await insertLabel({ platform: "windows" });
    const policyId = await insertPolicy(exclude(label), teamId);
    const { host, id } = await enrolled(teamId, "darwin");
    await host.checkIn();
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await host.post("distributed/write", {
      queries: { fleet_detail_query_os_version: [{ name: "Windows", platform: "windows" }] },
      statuses: {},
    });
    expect(await stateOf(id, policyId)).toBe("pending pass");
    expect(Object.keys(await host.read())).toContain(labelQuery(label));
  });
});

describe("labels that people list", () => {
  test("are known at once, and a change retires answers in its transaction", async () => {
    const label = await insertManualLabel();
    const { host, id, policyId } = await hostIn(exclude, 0, label);
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await listHosts(label, { add: [id] });
    expect(await membershipOf(id, policyId)).toBeUndefined();
    expect(await stateOf(id, policyId)).toBe("not_applicable pass");
    await listHosts(label, { remove: [id] });
    await agents.app.refresh();
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    expect(await host.checkIn()).toEqual([nameOf(policyId)]);
    expect(await transitionsOf(id, policyId)).toEqual([
      "pending>pass",
      "pass>not_applicable",
      "pending>pass",
    ]);
  });

  test("what is listed twice or not at all changes nothing, and a host that is gone is passed over", async () => {
    const label = await insertManualLabel();
    const { id } = await hostIn(exclude, 0, label);
    await listHosts(label, { add: [id, id, 4_000_000_000], remove: [4_000_000_001] });
    await listHosts(label, { add: [id] });
    const rows = await db
      .select()
      .from(labelMembership)
      .where(eq(labelMembership.labelId, label.id));
    expect(rows).toMatchObject([{ hostId: id, isMember: true }]);
  });
});

describe("labels by vitals", () => {
  const macs: Partial<NewLabel> = { criteria: { vital: "platform", values: ["darwin"] } };

  test("are known when a host enrolls, and follow its details", async () => {
    const label = await insertLabel(macs);
    const teamId = await insertTeam();
    const policyId = await insertPolicy(include(label), teamId);
    const { host, id } = await enrolled(teamId, "darwin");
    expect(await host.checkIn()).toContain(nameOf(policyId));
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await host.post("distributed/write", {
      queries: { fleet_detail_query_os_version: [{ name: "Ubuntu", platform: "ubuntu" }] },
      statuses: {},
    });
    expect(await stateOf(id, policyId)).toBe("not_applicable pass");
  });

  test("a new one is known of all hosts after the worker has been there, an edited one changes there", async () => {
    const teamId = await insertTeam();
    const { host, id } = await enrolled(teamId, "darwin");
    await host.checkIn();
    const label = await insertLabel(macs);
    const policyId = await insertPolicy({ critical: true, ...include(label) }, teamId);
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    await settle();
    await agents.app.refresh();
    expect(await host.checkIn()).toEqual([nameOf(policyId)]);
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await editLabel(label, { criteria: { vital: "platform", values: ["windows"] } });
    expect(await stateOf(id, policyId)).toBe("pass pass");
    await settle();
    expect(await stateOf(id, policyId)).toBe("not_applicable pass");
    expect(await membershipOf(id, policyId)).toBeUndefined();
  });
});

describe("an edit of a policy's rules", () => {
  test("retires the answers of hosts that are out at once, and keeps those of the others", async () => {
    const label = await insertManualLabel();
    const { id, policyId, teamId, host } = await hostIn(() => ({}), 0, label);
    const { host: other, id: otherId } = await enrolled(teamId);
    await other.checkIn();
    await listHosts(label, { add: [id] });
    await edit(policyId, teamId, exclude(label));
    expect(await membershipOf(id, policyId)).toBeUndefined();
    expect(await membershipOf(otherId, policyId)).toMatchObject({ state: "pass" });
    expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
    expect(await transitionsOf(id, policyId)).toEqual(["pending>pass", "pass>not_applicable"]);
    expect(await host.read()).toEqual({});
  });

  test("undone, does not bring back what the host said before", async () => {
    const label = await insertManualLabel();
    const { id, policyId, teamId, host } = await hostIn(() => ({}), 0, label);
    await listHosts(label, { add: [id] });
    await edit(policyId, teamId, exclude(label));
    await edit(policyId, teamId, { labels_exclude_any: [] });
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    expect(await host.checkIn()).toEqual([nameOf(policyId)]);
    expect(await stateOf(id, policyId)).toBe("pass pass");
  });

  test("to a label that a host has not answered makes it pending, which is in its history", async () => {
    const { id, policyId, teamId } = await hostIn(() => ({}), 0, await insertManualLabel());
    const unknown = await insertLabel();
    await edit(policyId, teamId, include(unknown));
    expect(await stateOf(id, policyId)).toBe("pending unknown");
    expect(await transitionsOf(id, policyId)).toEqual(["pending>pass", "pass>pending"]);
  });

  test("holds with a label of the rules before deleted meanwhile", async () => {
    const label = await insertManualLabel();
    const { id, policyId, teamId } = await hostIn(exclude, 0, label);
    const { host: other, id: otherId } = await enrolled(teamId);
    await other.checkIn();
    await listHosts(label, { add: [otherId] });
    expect(await stateOf(otherId, policyId)).toBe("not_applicable pass");
    await edit(policyId, teamId, { labels_exclude_any: [] });
    await deleteLabel(SYSTEM, label.id);
    expect(await stateOf(id, policyId)).toBe("pass pass");
    expect(await stateOf(otherId, policyId)).toBe("pending unknown");
    await runJob(cleanUp());
    const rows = await db
      .select()
      .from(labelMembership)
      .where(eq(labelMembership.labelId, label.id));
    expect(rows).toEqual([]);
  });

  test("all four kinds of rules hold together", async () => {
    const [any, all, none, notAll] = [
      await insertManualLabel(),
      await insertManualLabel(),
      await insertManualLabel(),
      await insertManualLabel(),
    ];
    const rules = () => ({
      labels_include_any: [any.name],
      labels_include_all: [all.name],
      labels_exclude_any: [none.name],
      labels_exclude_all: [notAll.name],
    });
    const { id, policyId, host } = await hostIn(rules, 0, any);
    const isAsked = async () => {
      await agents.app.refresh();
      return (await host.checkIn()).includes(nameOf(policyId));
    };
    await listHosts(any, { add: [id] });
    expect(await isAsked()).toBe(false);
    await listHosts(all, { add: [id] });
    expect(await isAsked()).toBe(true);
    for (const label of [none, notAll]) {
      await listHosts(label, { add: [id] });
      expect(await stateOf(id, policyId)).toBe("not_applicable pass");
      await listHosts(label, { remove: [id] });
      expect(await isAsked()).toBe(true);
    }
  });
});

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import {
  DELETE as deleteByName,
  GET as getOne,
  PATCH as modify,
} from "#app/api/v1/fleet/labels/[label]/route.ts";
import { DELETE as deleteById } from "#app/api/v1/fleet/labels/id/[id]/route.ts";
import { POST as create, GET as list } from "#app/api/v1/fleet/labels/route.ts";
import { GET as summary } from "#app/api/v1/fleet/labels/summary/route.ts";
import { GET as getSpec } from "#app/api/v1/fleet/spec/labels/[name]/route.ts";
import { POST as applySpecs, GET as listSpecs } from "#app/api/v1/fleet/spec/labels/route.ts";
import { POST as findHosts } from "#app/api/v1/muster/hosts/find/route.ts";
import { labels } from "#db/schema/labels.ts";
import { activities } from "#db/schema/system.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";
import { BUILTIN_LABELS, seedBuiltinLabels } from "./builtin.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  await seedBuiltinLabels(db);
  world = await createWorld();
});

const asAdmin = () => world.admin.token;
const post = (body: object) => request(create, { token: asAdmin(), body });
const patch = (label: number, body: object) =>
  request(modify, { token: asAdmin(), params: { label }, method: "PATCH", body });
const remove = (id: number) =>
  request(deleteById, { token: asAdmin(), params: { id }, method: "DELETE" });
const reasons = (answer: { body: { errors: { reason: string }[] } }) =>
  answer.body.errors.map(({ reason }) => reason);

async function make(body: object = {}) {
  const answer = await post({ name: unique("Label"), query: "SELECT 1", ...body });
  expect(answer.status).toBe(200);
  return answer.body.label;
}

const named = (body: object = {}) => ({ name: unique("Label"), query: "SELECT 1", ...body });

accessTable({
  "GET /labels": [list, [200, 200, 200, 200, 200, 401]],
  "GET /labels/summary": [summary, [200, 200, 200, 200, 200, 401]],
  "GET /labels/{id}": [
    getOne,
    [200, 200, 200, 200, 200, 401],
    async () => ({ params: { label: (await make()).id } }),
  ],
  "POST /labels": [create, [200, 200, 403, 403, 403, 401], () => ({ body: named() })],
  "PATCH /labels/{id}": [
    modify,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { label: (await make()).id }, body: { description: "x" } }),
  ],
  "DELETE /labels/{name}": [
    deleteByName,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { label: (await make()).name } }),
  ],
  "DELETE /labels/id/{id}": [
    deleteById,
    [200, 200, 403, 403, 403, 401],
    async () => ({ params: { id: (await make()).id } }),
  ],
  "GET /spec/labels": [listSpecs, [200, 200, 200, 200, 200, 401]],
  "GET /spec/labels/{name}": [
    getSpec,
    [200, 200, 200, 200, 200, 401],
    async () => ({ params: { name: (await make()).name } }),
  ],
  "POST /spec/labels": [
    applySpecs,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: { specs: [named()] } }),
  ],
  "POST /muster/hosts/find": [
    findHosts,
    [200, 200, 200, 200, 200, 401],
    () => ({ body: { hosts: ["nobody"] } }),
  ],
});

describe("built-in labels", () => {
  test("are there once, however often a server starts", async () => {
    await Promise.all([seedBuiltinLabels(db), seedBuiltinLabels(db)]);
    const { body } = await request(list, { token: asAdmin() });
    const builtin = body.labels.filter(
      (one: { label_type: string }) => one.label_type === "builtin",
    );
    const names = builtin.map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(BUILTIN_LABELS.map(({ name }) => name).sort());
  });

  test("that a version before made by other vitals are as they are now, once a server has started", async () => {
    const fedora = eq(labels.name, "Fedora Linux");
    await db
      .update(labels)
      .set({ criteria: { vital: "platform", values: ["fedora"] } })
      .where(fedora);
    await seedBuiltinLabels(db);
    const before = await counts();
    await insertHost({ platform: "rhel", osName: "Fedora Linux", osVersion: "Fedora Linux 44" });
    const after = await counts();
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect([more("Fedora Linux"), more("Red Hat Linux")]).toEqual([1, 0]);
  });

  test("have the hosts that their vitals say, at once", async () => {
    const before = await counts();
    await insertHost({ platform: "ubuntu" });
    await insertHost({ platform: "darwin", osName: "macOS", osVersion: "macOS 15.1" });
    await insertHost({ platform: "darwin", osName: "macOS", osVersion: "macOS 13.7" });
    const after = await counts();
    const more = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
    expect(more("All Hosts")).toBe(3);
    expect(more("macOS")).toBe(2);
    expect(more("macOS 14+ (Sonoma+)")).toBe(1);
    expect(more("All Linux")).toBe(1);
    expect(more("Ubuntu Linux")).toBe(1);
    expect(more("MS Windows")).toBe(0);
  });

  test("can be neither changed nor deleted, and their names are taken in any case", async () => {
    const { body } = await request(summary, { token: asAdmin() });
    const { id } = body.labels.find(({ name }: { name: string }) => name === "All Hosts");
    expect((await patch(id, { description: "mine" })).status).toBe(422);
    expect((await remove(id)).status).toBe(422);
    expect((await post({ name: "all hosts", query: "SELECT 1" })).status).toBe(422);
  });
});

async function counts(token = asAdmin()): Promise<Map<string, number>> {
  const { body } = await request(list, { token });
  return new Map(
    body.labels.map((one: { name: string; host_count: number }) => [one.name, one.host_count]),
  );
}

test("a label by SQL starts with nobody known", async () => {
  await insertHost({ platform: "windows" });
  await insertHost({ platform: "ubuntu" });
  const { body } = await request(getOne, {
    token: asAdmin(),
    params: { label: (await make({ platform: "windows" })).id },
  });
  const all = (await counts()).get("All Hosts") ?? 0;
  expect(body.label).toMatchObject({
    label_membership_type: "dynamic",
    label_type: "regular",
    platform: "windows",
    host_count: 0,
    count: 0,
  });
  expect(body.label.unknown_host_count).toBeGreaterThan(0);
  expect(body.label.unknown_host_count).toBeLessThan(all);
});

test("a name is there once", async () => {
  const { name } = await make();
  const again = await post({ name, query: "SELECT 2" });
  expect([again.status, reasons(again)]).toEqual([409, [`Label "${name}" already exists`]]);
  const other = await make();
  expect((await patch(other.id, { name })).status).toBe(409);
});

describe("a manual label", () => {
  test("lists hosts by name, serial, UUID and id, each once", async () => {
    const ids = [
      await insertHost({ hostname: unique("by-name").replace(" ", "-") }),
      await insertHost({ hardwareSerial: unique("SERIAL") }),
      await insertHost(),
    ];
    const hosts = await Promise.all(ids.slice(0, 2).map(calledBy));
    const label = await make({ query: "", hosts: [hosts[0], hosts[1], hosts[1], ""] });
    expect(label).toMatchObject({ label_membership_type: "manual", host_count: 2 });
    expect(label.host_ids).toEqual(ids.slice(0, 2));
    const moved = await patch(label.id, { host_ids: [ids[2]] });
    expect(moved.body.label.host_ids).toEqual([ids[2]]);
    const kept = await patch(label.id, { description: "kept" });
    expect(kept.body.label.host_ids).toEqual([ids[2]]);
    const emptied = await patch(label.id, { hosts: [] });
    expect(emptied.body.label).toMatchObject({ host_ids: [], unknown_host_count: 0 });
  });

  test("names every host that nobody knows, and nothing is written", async () => {
    const name = unique("Label");
    const answer = await post({ name, hosts: ["nobody-1", "nobody-2"] });
    expect(answer.status).toBe(422);
    expect(reasons(answer)).toEqual(['hosts were not found: "nobody-1", "nobody-2"']);
    expect((await counts()).has(name)).toBe(false);
    const byId = await post({ name, host_ids: [999_999_999] });
    expect(reasons(byId)).toEqual(['hosts with these ids were not found: "999999999"']);
  });

  test("refuses a name that several hosts go by", async () => {
    const hostname = unique("twin").replace(" ", "-");
    await insertHost({ hostname });
    await insertHost({ hostname });
    const answer = await post({ name: unique("Label"), hosts: [hostname] });
    expect(answer.status).toBe(422);
    expect(reasons(answer)[0]).toContain(`several hosts go by "${hostname}"`);
  });

  test("shows people of a team their own hosts only", async () => {
    const mine = await insertHost({ teamId: world.teamId });
    const others = await insertHost({ teamId: world.otherTeamId });
    const label = await make({ query: "", host_ids: [mine, others] });
    const { body } = await request(getOne, {
      token: world.teamAdmin.token,
      params: { label: label.id },
    });
    expect(body.label).toMatchObject({ host_count: 1, host_ids: [mine] });
    expect((await counts(world.teamAdmin.token)).get(label.name)).toBe(1);
    expect((await counts()).get(label.name)).toBe(2);
    const spec = await request(getSpec, {
      token: world.teamAdmin.token,
      params: { name: label.name },
    });
    expect(spec.body.specs.hosts).toHaveLength(1);
  });
});

async function calledBy(id: number, index: number): Promise<string> {
  const { hosts } = await import("#db/schema/hosts.ts");
  const [host] = await db.select().from(hosts).where(eq(hosts.id, id));
  return (index === 0 ? host?.hostname : host?.hardwareSerial) ?? "";
}

test("a list of names is found out about before anything is written", async () => {
  const hostname = unique("sought").replace(" ", "-");
  const id = await insertHost({ hostname, teamId: world.teamId });
  const ask = async (token: string) =>
    (await request(findHosts, { token, body: { hosts: [hostname, "nobody"] } })).body;
  const found = { hosts: [{ identifier: hostname, id, display_name: hostname }] };
  expect(await ask(asAdmin())).toEqual({ ...found, not_found: ["nobody"], ambiguous: [] });
  expect(await ask(world.otherTeamAdmin.token)).toMatchObject({ hosts: [] });
});

describe("a label by vitals", () => {
  test("has the hosts of one value or of several", async () => {
    await insertHost({ osName: "Fancy OS", osVersion: "Fancy OS 7.2.1" });
    const one = await make({ query: "", criteria: { vital: "os_major", value: "fancy os 7" } });
    expect(one).toMatchObject({
      label_membership_type: "host_vitals",
      criteria: { vital: "os_major", value: "fancy os 7", values: ["fancy os 7"] },
      host_count: 1,
      unknown_host_count: 0,
    });
    const moved = await patch(one.id, {
      criteria: { vital: "os_name", values: ["None", "Neither"] },
    });
    expect(moved.body.label).toMatchObject({ host_count: 0 });
  });

  test("is refused without a vital that there is, or a value", async () => {
    const refused = await post({
      name: unique("Label"),
      criteria: { vital: "colour", value: "red" },
    });
    expect(refused.status).toBe(422);
    expect(reasons(refused)[0]).toContain("vital is one of platform, ");
    expect((await post({ name: unique("L"), criteria: { vital: "os_name" } })).status).toBe(422);
  });
});

test.each([
  [{ query: "SELECT 1", hosts: ["a"] }, "a dynamic label cannot list hosts"],
  [{ hosts: ["a"], host_ids: [1] }, 'Only one of either "hosts" or "host_ids"'],
  [{ label_membership_type: "dynamic" }, "a dynamic label needs a query"],
  [{ query: "SELECT 1", platform: "amiga" }, "label platform is a comma list"],
  [{ platform: "darwin" }, "a manual label has no platform"],
  [{ name: " ", query: "SELECT 1" }, "label name cannot be empty"],
  [{ query: "DELETE FROM users" }, "label query: DELETE is refused"],
  [{ query: "SELECT 1; SELECT 2" }, "label query: Only one statement is allowed"],
])("what does not fit together is refused in words: %j", async (body, reason) => {
  const answer = await post({ name: unique("Label"), ...body });
  expect([answer.status, reasons(answer)[0]]).toEqual([422, expect.stringContaining(reason)]);
});

describe("deleting a label", () => {
  test("that policies go by is refused with all of them, until they go by it no more", async () => {
    const label = await make();
    const policyNames = [unique("Policy"), unique("Policy")];
    const [first, second] = await Promise.all([
      insertPolicy({ name: policyNames[0], labels_include_any: [label.name] }),
      insertPolicy({ name: policyNames[1], labels_exclude_all: [label.name] }, world.teamId),
    ]);
    const refused = await remove(label.id);
    expect(refused.status).toBe(409);
    for (const name of policyNames) expect(reasons(refused)[0]).toContain(`policy "${name}"`);
    expect(reasons(refused)).toHaveLength(3);
    const { body } = await request(getOne, { token: asAdmin(), params: { label: label.id } });
    expect(body.label.policies.map(({ id }: { id: number }) => id).sort()).toEqual(
      [first, second].sort(),
    );
    const seen = await request(getOne, {
      token: world.otherTeamAdmin.token,
      params: { label: label.id },
    });
    expect(seen.body.label.policies).toHaveLength(1);
  });
});

test("every change is written down with before and after", async () => {
  const label = await make({ query: "", hosts: [] });
  await patch(label.id, { description: "New words", host_ids: [await insertHost()] });
  await remove(label.id);
  const rows = await db.select().from(activities).orderBy(activities.id);
  const mine = rows.filter(({ details }) => details.label_id === label.id);
  expect(mine.map(({ type }) => type)).toEqual(["created_label", "edited_label", "deleted_label"]);
  expect(mine[1]?.details).toMatchObject({
    label_name: label.name,
    before: { description: "", hosts: 0 },
    after: { description: "New words", hosts: 1 },
  });
  expect(mine[2]?.details).toMatchObject({ before: { description: "New words" }, after: {} });
});

describe("specs", () => {
  const apply = (specs: object[], query = {}) =>
    request(applySpecs, { token: asAdmin(), body: { specs }, query });
  const specOf = async (name: string) =>
    (await request(getSpec, { token: asAdmin(), params: { name } })).body.specs;

  test("make and replace labels by name, and a second time change nothing", async () => {
    const spec = named({ description: "First" });
    expect((await apply([spec], { dry_run: true })).body.changes[0].action).toBe("create");
    expect((await counts()).has(spec.name)).toBe(false);
    expect((await apply([spec])).body.changes[0].action).toBe("create");
    expect((await apply([spec])).body.changes[0].action).toBe("none");
    await apply([{ ...spec, description: undefined, query: "SELECT 2" }]);
    expect(await specOf(spec.name)).toMatchObject({ description: "", query: "SELECT 2" });
  });

  test("and edits refuse what osquery would never run", async () => {
    const bad = { query: "PRAGMA x" };
    const [edited, applied] = [await patch((await make()).id, bad), await apply([named(bad)])];
    expect([edited.status, applied.status]).toEqual([422, 422]);
  });

  test("are applied all or none", async () => {
    const good = named();
    const bad = { name: unique("Label"), label_membership_type: "manual", hosts: ["nobody"] };
    expect((await apply([good, bad])).status).toBe(422);
    expect((await counts()).has(good.name)).toBe(false);
  });

  test("of manual labels find the hosts again that were read from them", async () => {
    const id = await insertHost();
    const label = await make({ query: "", host_ids: [id] });
    const spec = await specOf(label.name);
    await patch(label.id, { hosts: [] });
    expect((await apply([spec])).status).toBe(200);
    expect((await specOf(label.name)).hosts).toEqual(spec.hosts);
    await apply([{ ...spec, hosts: null }]);
    expect((await specOf(label.name)).hosts).toEqual(spec.hosts);
  });

  test("as read from the server can be applied as a whole, built-in ones included", async () => {
    const { body } = await request(listSpecs, { token: asAdmin() });
    const answer = await apply(body.specs);
    expect(answer.status).toBe(200);
    const actions = answer.body.changes.map(({ action }: { action: string }) => action);
    expect(new Set(actions)).toEqual(new Set(["none"]));
  });

  test("cannot make a label of one kind into another, nor change a built-in one", async () => {
    const label = await make();
    const answer = await apply([{ name: label.name, label_membership_type: "manual", hosts: [] }]);
    expect([answer.status, reasons(answer)[0]]).toEqual([
      422,
      `Label "${label.name}" is dynamic and cannot become manual`,
    ]);
    expect((await apply([{ name: "All Hosts", query: "SELECT 1" }])).status).toBe(422);
  });
});

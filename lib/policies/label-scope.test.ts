import { beforeAll, describe, expect, test } from "vitest";
import { GET as getOne, PATCH as modify } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as create } from "#app/api/v1/fleet/policies/route.ts";
import { POST as applySpecs } from "#app/api/v1/fleet/spec/policies/route.ts";
import { activities } from "#db/schema/system.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
const names: string[] = [];
beforeAll(async () => {
  world = await createWorld();
  for (let at = 0; at < 4; at++) names.push((await insertLabel()).name);
});

const body = (lists: object) => ({ name: unique("Policy"), query: "SELECT 1", ...lists });
const post = (lists: object) => request(create, { token: world.admin.token, body: body(lists) });
const patch = (id: number, lists: object) =>
  request(modify, { token: world.admin.token, params: { id }, method: "PATCH", body: lists });
const apply = (specs: object[], query = {}) =>
  request(applySpecs, { token: world.admin.token, body: { specs }, query });
const reason = (answer: { body: { errors: { reason: string }[] } }) =>
  answer.body.errors[0]?.reason;
const KEYS = [
  "labels_include_any",
  "labels_include_all",
  "labels_exclude_any",
  "labels_exclude_all",
] as const;
type Lists = Record<(typeof KEYS)[number], { id: number; name: string }[]>;
const namesIn = (policy: Lists) => KEYS.map((key) => policy[key].map(({ name }) => name));

describe("a policy's labels", () => {
  test("are given by name in four lists at once and answered as id and name", async () => {
    const [any, all, not, notAll] = names;
    const lists = {
      labels_include_any: [any, any],
      labels_include_all: [all],
      labels_exclude_any: [not],
      labels_exclude_all: [notAll],
    };
    const { status, body: made } = await post(lists);
    expect(status).toBe(200);
    expect(namesIn(made.policy)).toEqual([[any], [all], [not], [notAll]]);
    const again = await request(getOne, {
      token: world.observer.token,
      params: { id: made.policy.id },
    });
    expect(again.body.policy.labels_include_any).toEqual([{ id: expect.any(Number), name: any }]);
  });

  test("a list that a patch leaves out or nulls stays; an empty one goes", async () => {
    const [first, second] = names;
    const { body: made } = await post({ labels_include_any: [first] });
    const { id } = made.policy;
    await patch(id, { description: "x", labels_include_any: null });
    const both = await patch(id, { labels_exclude_any: [second] });
    expect(namesIn(both.body.policy)).toEqual([[first], [], [second], []]);
    const one = await patch(id, { labels_include_any: [] });
    expect(namesIn(one.body.policy)).toEqual([[], [], [second], []]);
  });

  test("one that nobody knows is refused by its name, and in files with Fleet's words", async () => {
    const refused = await post({ labels_exclude_any: ["Nobody's"] });
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ name: "labels_exclude_any", reason: `label "Nobody's" does not exist` }],
    ]);
    const spec = await apply([body({ labels_include_any: ["x"] })]);
    expect([spec.status, reason(spec)]).toEqual([
      400,
      'policy spec payload verification: label "x" does not exist',
    ]);
  });

  test("none is included and excluded, also when two patches say so", async () => {
    const [first] = names;
    const text = `label "${first}" cannot appear in both an include and an exclude list`;
    const refused = await post({ labels_include_all: [first], labels_exclude_any: [first] });
    expect([refused.status, reason(refused)]).toEqual([
      400,
      `policy payload verification: ${text}`,
    ]);
    const { body: made } = await post({ labels_include_any: [first] });
    const later = await patch(made.policy.id, { labels_exclude_all: [first] });
    expect([later.status, reason(later)]).toEqual([400, `policy payload verification: ${text}`]);
  });

  test("a file says all of them: lists that it leaves out are cleared", async () => {
    const [first, second] = names;
    const spec = body({ labels_include_any: [first] });
    expect((await apply([spec])).body.changes[0].after).toMatchObject({
      labels_include_any: [first],
    });
    expect((await apply([spec])).body.changes[0].action).toBe("none");
    const { labels_include_any: _, ...bare } = { ...spec, labels_include_any: null };
    const change = await apply([{ ...bare, labels_exclude_any: [second] }], { dry_run: true });
    expect(change.body.changes[0]).toMatchObject({
      action: "update",
      before: { labels_include_any: [first], labels_exclude_any: [] },
      after: { labels_include_any: [], labels_exclude_any: [second] },
    });
  });

  test("a change of them leaves the names as they were and are", async () => {
    const [first] = names;
    const { body: made } = await post({});
    await patch(made.policy.id, { labels_include_any: [first] });
    const rows = await db.select().from(activities).orderBy(activities.id);
    expect(rows.at(-1)).toMatchObject({
      type: "edited_policy",
      details: { before: { labels_include_any: [] }, after: { labels_include_any: [first] } },
    });
  });
});

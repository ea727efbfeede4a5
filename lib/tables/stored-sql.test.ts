import { beforeAll, describe, expect, test } from "vitest";
import { PATCH as editLabel } from "#app/api/v1/fleet/labels/[label]/route.ts";
import { POST as createLabel } from "#app/api/v1/fleet/labels/route.ts";
import { PATCH as editGlobal } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { POST as createGlobal } from "#app/api/v1/fleet/policies/route.ts";
import { POST as applyLabels } from "#app/api/v1/fleet/spec/labels/route.ts";
import { POST as applyPolicies } from "#app/api/v1/fleet/spec/policies/route.ts";
import { PATCH as editOfTeam } from "#app/api/v1/fleet/teams/[team_id]/policies/[id]/route.ts";
import { POST as createForTeam } from "#app/api/v1/fleet/teams/[team_id]/policies/route.ts";
import { POST as gitops } from "#app/api/v1/muster/gitops/route.ts";
import { labels } from "#db/schema/labels.ts";
import { policies } from "#db/schema/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});

const BROKEN = "SELECT 1\nFROM users WHERE = 1";
const ERROR = 'near "=": syntax error (line 2, column 18)';

const everything = async () =>
  JSON.stringify([await db.select().from(policies), await db.select().from(labels)]);
const send = (
  handler: typeof createGlobal,
  body: object,
  { params, method }: { params?: Record<string, number>; method?: string } = {},
) => request(handler, { token: world.admin.token, body, params, method });

describe("SQL that no host could run is stored by no route", () => {
  test("of policies: 400, with the place", async () => {
    const [id, ownId] = [await insertPolicy(), await insertPolicy({}, world.teamId)];
    const params = { team_id: world.teamId };
    const name = unique("Broken");
    const specs = [
      { name: unique("Sound"), query: "SELECT 1" },
      { name, query: BROKEN },
    ];
    const before = await everything();
    const answers = await Promise.all([
      send(createGlobal, { name, query: BROKEN }),
      send(createForTeam, { name, query: BROKEN }, { params }),
      send(editGlobal, { query: BROKEN }, { params: { id }, method: "PATCH" }),
      send(editOfTeam, { query: BROKEN }, { params: { ...params, id: ownId }, method: "PATCH" }),
      send(applyPolicies, { specs }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.errors[0]).toEqual({ name: "base", reason: expect.stringContaining(ERROR) });
    }
    expect(answers[0]?.body.errors[0].reason).toBe(
      `policy payload verification: policy query: ${ERROR}`,
    );
    expect(answers[4]?.body.errors[0].reason).toContain(`query of policy "${name}"`);
    expect(await everything()).toBe(before);
  });

  test("of labels: 422, with the place", async () => {
    const label = await insertLabel({ query: "SELECT 1" });
    const name = unique("Broken");
    const before = await everything();
    const answers = await Promise.all([
      send(createLabel, { name, query: BROKEN }),
      send(editLabel, { query: BROKEN }, { params: { label: label.id }, method: "PATCH" }),
      send(applyLabels, { specs: [{ name, query: BROKEN }] }),
      send(gitops, { labels: [{ name, query: BROKEN }] }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(422);
      expect(body.errors[0].reason).toContain("syntax error");
      expect(body.errors[0].reason).toContain("line 2, column 18");
    }
    expect(await everything()).toBe(before);
  });
});

test.each([
  ["SELECT 1 FROM table_of_an_extension"],
  ["SELECT column_of_tomorrow FROM users"],
  ["SELECT function_of_tomorrow(uid) FROM users"],
])("what a host may have all the same is stored: %s", async (query) => {
  expect((await send(createGlobal, { name: unique("Doubt"), query })).status).toBe(200);
  expect((await send(createLabel, { name: unique("Doubt"), query })).status).toBe(200);
});

test("what was stored broken once can still be renamed, and sent as it is", async () => {
  const id = await insertPolicy();
  const label = await insertLabel({ query: "SELECT 1" });
  await db.update(policies).set({ query: BROKEN });
  await db.update(labels).set({ query: BROKEN });
  const body = () => ({ name: unique("Renamed"), query: BROKEN });
  const method = "PATCH";
  expect((await send(editGlobal, body(), { params: { id }, method })).status).toBe(200);
  const params = { label: label.id };
  expect((await send(editLabel, body(), { params, method })).status).toBe(200);
});

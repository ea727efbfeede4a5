import { eq } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { POST as apply } from "#app/api/v1/fleet/spec/policies/route.ts";
import { policies } from "#db/schema/policies.ts";
import { activities } from "#db/schema/system.ts";
import { teams } from "#db/schema/teams.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

const db = await testDatabase();
let world: World;
let team: string;
beforeAll(async () => {
  world = await createWorld();
  team = await nameOf(world.teamId);
});

const nameOf = async (id: number) => {
  const [row] = await db.select().from(teams).where(eq(teams.id, id));
  return row?.name ?? "";
};
const spec = (more: object = {}) => ({ name: unique("Spec"), query: "SELECT 1", ...more });
const send = (specs: object[], query = {}, token = world.admin.token) =>
  request(apply, { token, body: { specs }, query });
const stored = (name: string) => db.select().from(policies).where(eq(policies.name, name));

accessTable({
  "POST /spec/policies for all teams": [
    apply,
    [200, 200, 403, 403, 403, 401],
    () => ({ body: { specs: [spec()] } }),
  ],
  "POST /spec/policies for a team": [
    apply,
    [200, 200, 403, 200, 403, 401],
    async (w) => ({ body: { specs: [spec({ team: await nameOf(w.teamId) })] } }),
  ],
  "POST /spec/policies for a team that does not exist": [
    apply,
    [404, 404, 403, 403, 403, 401],
    () => ({ body: { specs: [spec({ team: "Nobody" })] } }),
  ],
});

test("specs are upserted by team and name, and what a spec leaves out is reset", async () => {
  const name = unique("Spec");
  const first = { name, query: "SELECT 1", critical: true, resolution: "R", interval: 600 };
  await send([first, { ...first, team }, { ...first, team: "No team" }]);
  const made = await stored(name);
  expect(made.map((row) => row.teamId)).toEqual([null, world.teamId, 0]);
  const { body } = await send([{ name, query: "SELECT 1", team }]);
  expect(body.changes).toEqual([
    {
      name,
      team,
      action: "update",
      before: { critical: true, resolution: "R", interval: 600 },
      after: { critical: false, resolution: "", interval: null },
    },
  ]);
  const [global, ofTeam] = await stored(name);
  expect(global).toMatchObject({ critical: true, revision: 1 });
  expect(ofTeam).toMatchObject({ critical: false, revision: 1, authorId: world.admin.id });
});

test("one wrong spec applies none", async () => {
  const good = spec();
  expect((await send([good, spec({ team: "Nobody" })])).status).toBe(404);
  expect((await send([good, spec({ platform: "solaris" })])).status).toBe(400);
  expect(await stored(good.name)).toEqual([]);
});

test("the same name twice in one team is refused, in two teams it is not", async () => {
  const one = spec();
  const refused = await send([one, one]);
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].reason).toBe(
    "policy spec payload verification: duplicate policy names not allowed",
  );
  expect((await send([one, { ...one, team }])).status).toBe(200);
});

test("a dry run tells the changes and makes none", async () => {
  const [known, fresh] = [spec(), spec({ platform: "linux, darwin" })];
  await send([known]);
  const before = await db.select().from(activities);
  const changed = [{ ...known, query: "SELECT 2" }, fresh];
  const { status, body } = await send(changed, { dry_run: true });
  expect(status).toBe(200);
  expect(body.dry_run).toBe(true);
  expect(body.changes).toMatchObject([
    { action: "update", before: { query: "SELECT 1" }, after: { query: "SELECT 2" } },
    { action: "create", before: {}, after: { platform: "darwin,linux" } },
  ]);
  expect((await stored(known.name))[0]?.query).toBe("SELECT 1");
  expect(await stored(fresh.name)).toEqual([]);
  expect(await db.select().from(activities)).toHaveLength(before.length);
});

test("applying what is already so writes nothing, not even an activity", async () => {
  const one = spec();
  await send([one]);
  const before = await db.select().from(activities);
  const { body } = await send([one], {}, world.maintainer.token);
  expect(body.changes[0].action).toBe("none");
  expect((await stored(one.name))[0]?.authorId).toBe(world.admin.id);
  expect(await db.select().from(activities)).toHaveLength(before.length);
});

import { beforeAll, describe, expect, test } from "vitest";
import { PATCH as modify } from "#app/api/v1/fleet/policies/[id]/route.ts";
import { GET as countGlobal } from "#app/api/v1/fleet/policies/count/route.ts";
import { POST as createGlobal, GET as listGlobal } from "#app/api/v1/fleet/policies/route.ts";
import { POST as apply } from "#app/api/v1/fleet/spec/policies/route.ts";
import { GET as listTags } from "#app/api/v1/muster/policies/tags/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique, type World } from "#lib/testing/world.ts";

await testDatabase();
let world: World;
beforeAll(async () => {
  world = await createWorld();
});
const token = () => world.admin.token;

accessTable({
  "GET /policies/tags": [listTags, [200, 200, 200, 200, 200, 401]],
  "GET /policies/tags of a team": [
    listTags,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ query: { team_id: w.teamId } }),
  ],
});

const create = (tags: unknown) =>
  request(createGlobal, {
    token: token(),
    body: { name: unique("Tagged"), query: "SELECT 1", tags },
  });

describe("what is accepted", () => {
  test("case and blanks do not matter, but a control is spelt as its framework spells it", async () => {
    const given = [" Disk ", "disk", "CIS-v8: 3.6", "ISO-27001:A.8.24", "remote access"];
    const { body } = await create(given);
    expect(body.policy.tags).toEqual(["disk", "cis-v8:3.6", "iso-27001:A.8.24", "remote access"]);
  });

  test.each([
    ["an empty one", [" "]],
    ["a quote", ['a"b']],
    ["a comma", ["a,b"]],
    ["a control without a framework", [":3.6"]],
    ["65 characters", ["x".repeat(65)]],
    ["21 of them", Array.from({ length: 21 }, (_, index) => `tag ${index}`)],
    ["a number", [7]],
  ])("%s is refused by name", async (_, tags) => {
    const { status, body } = await create(tags);
    expect(status).toBe(400);
    expect(body.errors[0].reason).toMatch(/tag/);
  });

  test("a patch without tags keeps them and [] clears them; a spec without them clears them", async () => {
    const { policy } = (await create(["disk"])).body;
    const patch = async (body: object) =>
      (await request(modify, { token: token(), params: { id: policy.id }, method: "PATCH", body }))
        .body.policy.tags;
    expect(await patch({ critical: true })).toEqual(["disk"]);
    expect(await patch({ tags: [] })).toEqual([]);
    expect(await patch({ tags: ["other"] })).toEqual(["other"]);
    const specs = [{ name: policy.name, query: "SELECT 1" }];
    const applied = await request(apply, { token: token(), body: { specs } });
    expect(applied.body.changes[0]).toMatchObject({
      before: { tags: ["other"] },
      after: { tags: [] },
    });
  });
});

describe("finding", () => {
  test("a list is narrowed to any of some tags, or to a framework, and counted alike", async () => {
    const [disk, fire, cis] = [
      await insertPolicy({ tags: ["t_disk"] }),
      await insertPolicy({ tags: ["t_fire", "t_disk2"] }),
      await insertPolicy({ tags: ["t-cis:1.10", "txfire"] }),
    ];
    const ids = async (query: Record<string, string>) => {
      const count = await request(countGlobal, { token: token(), query });
      const found = await request(listGlobal, { token: token(), query });
      expect(count.body.count).toBe(found.body.policies.length);
      return found.body.policies
        .map((one: { id: number }) => one.id)
        .sort((a: number, b: number) => a - b);
    };
    expect(await ids({ tag: "t_disk" })).toEqual([disk]);
    expect(await ids({ tag: "T_disk, t_fire" })).toEqual([disk, fire]);
    expect(await ids({ tag: "t-cis:1.1" })).toEqual([]);
    expect(await ids({ framework: "t-cis" })).toEqual([cis]);
    expect(await ids({ framework: "t-ci" })).toEqual([]);
  });
});

describe("rolling up", () => {
  test("a tag sums the answers of its policies; a policy counts once in a framework", async () => {
    const [a, b] = [
      await insertPolicy({ tags: ["r-cis:1.2", "r-cis:1.10", "r-tag"] }),
      await insertPolicy({ tags: ["r-cis:1.10"] }),
    ];
    const host = await insertHost({ teamId: world.teamId });
    await answer(host, a, "pass");
    await answer(host, b, "fail");
    const { body } = await request(listTags, { token: token(), query: { team_id: world.teamId } });
    const tags = body.tags.filter((one: { tag: string }) => one.tag.startsWith("r-"));
    expect(tags.map((one: { tag: string }) => one.tag)).toEqual([
      "r-cis:1.2",
      "r-cis:1.10",
      "r-tag",
    ]);
    expect(tags[1]).toMatchObject({
      framework: "r-cis",
      control: "1.10",
      policies: 2,
      passing_host_count: 1,
      failing_host_count: 1,
      pass_rate: 0.5,
    });
    const cis = body.frameworks.find((one: { framework: string }) => one.framework === "r-cis");
    expect(cis).toMatchObject({ controls: 2, policies: 2, passing_host_count: 1, pass_rate: 0.5 });
  });

  test("a team's roll-up has its own and inherited policies, counted over its own hosts", async () => {
    const global = await insertPolicy({ tags: ["team-roll"] });
    await insertPolicy({ tags: ["team-roll"] }, world.teamId);
    await insertPolicy({ tags: ["team-roll"] }, world.otherTeamId);
    await answer(await insertHost({ teamId: world.otherTeamId }), global, "fail");
    const { body } = await request(listTags, {
      token: world.teamObserver.token,
      query: { team_id: world.teamId },
    });
    const found = body.tags.find((one: { tag: string }) => one.tag === "team-roll");
    expect(found).toMatchObject({ policies: 2, failing_host_count: 0, pass_rate: null });
  });
});

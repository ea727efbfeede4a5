import { describe, expect, test } from "vitest";
import { GET as getOne } from "#app/api/v1/muster/templates/[id]/route.ts";
import { GET as getAll } from "#app/api/v1/muster/templates/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";
import { policyTemplates } from "./catalogue.ts";
import { templateReply, templatesReply } from "./schema.ts";

await testDatabase();
const { admin } = await createWorld();

accessTable({
  "GET /muster/templates": [getAll, [200, 200, 200, 200, 200, 401]],
  "GET /muster/templates/{id}": [
    getOne,
    [200, 200, 200, 200, 200, 401],
    () => ({ params: { id: "macos-filevault-on" } }),
  ],
});

const ask = (query: Record<string, string> = {}) => request(getAll, { token: admin.token, query });
const idsOf = async (query: Record<string, string>) => {
  const { body } = await ask(query);
  return body.templates.map(({ id }: { id: string }) => id);
};

describe("the list", () => {
  test("is the whole library when nothing is asked for", async () => {
    const { body } = await ask();
    expect(body.count).toBe(policyTemplates.length);
    expect(templatesReply.strict().parse(body)).toEqual(body);
  });

  test("finds templates that have all words, in any order and case, in words or SQL", async () => {
    expect(await idsOf({ query: "drive BITLOCKER strong" })).toEqual(["windows-bitlocker-strong"]);
    expect(await idsOf({ query: "sip_config" })).toEqual(["macos-sip-on"]);
    expect(await idsOf({ query: "nothing has this" })).toEqual([]);
  });

  test("is narrowed by platform, tag and framework together", async () => {
    const ids = await idsOf({ platform: "linux", tag: "disk", framework: "cis-v8" });
    expect(ids).toEqual(["linux-root-disk-encrypted"]);
    expect(await idsOf({ tag: "cis-v8:3.9" })).toEqual(["windows-bitlocker-all-drives"]);
    expect(await idsOf({ platform: "windows" })).toContain("restarted-recently");
    expect(await idsOf({ framework: "cis-v8" })).not.toContain("macos-full-security-boot");
  });

  test("says which platforms and frameworks there are to one who names another", async () => {
    const platform = await ask({ platform: "amiga" });
    expect(platform.status).toBe(400);
    expect(JSON.stringify(platform.body)).toContain("darwin, windows, linux");
    const framework = await ask({ framework: "soc2" });
    expect(JSON.stringify(framework.body)).toContain("cis-v8, iso-27001");
  });
});

test("one template comes by its id, with its tags as policies have them", async () => {
  const params = { id: "windows-bitlocker-all-drives" };
  const { body } = await request(getOne, { token: admin.token, params });
  expect(templateReply.strict().parse(body)).toEqual(body);
  expect(body.template).toMatchObject({
    platform: "windows",
    tags: ["disk", "cis-v8:3.6", "cis-v8:3.9", "iso-27001:A.7.10"],
  });
});

test("a template that is not there is a 404 that names it", async () => {
  const { status, body } = await request(getOne, { token: admin.token, params: { id: "nope" } });
  expect(status).toBe(404);
  expect(JSON.stringify(body)).toContain('\\"nope\\"');
});

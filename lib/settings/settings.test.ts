import { expect, test } from "vitest";
import { GET as listActivities } from "#app/api/v1/fleet/activities/route.ts";
import { GET, PATCH } from "#app/api/v1/fleet/config/route.ts";
import { POST as createPolicy } from "#app/api/v1/fleet/policies/route.ts";
import { GET as getSettings, PATCH as patchSettings } from "#app/api/v1/muster/settings/route.ts";
import { settings } from "#db/schema/system.ts";
import { database } from "#lib/database.ts";
import { readRevision } from "#lib/revisions.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

await testDatabase();
const world = await createWorld();
const { token } = world.admin;

const config = async (as = token) => (await request(GET, { token: as })).body;
const patch = (body: object, query = {}) => request(PATCH, { token, method: "PATCH", query, body });

test("the configuration has what Fleet's clients read before anything else", async () => {
  expect(await config()).toMatchObject({
    license: { tier: "premium" },
    mdm: { apple_bm_terms_expired: false },
    update_interval: { osquery_policy: 3_600e9, osquery_detail: 3_600e9 },
    server_settings: { server_url: expect.stringMatching(/^http/) },
  });
});

test("agent options are for those who may edit them", async () => {
  expect((await config()).agent_options.config).toBeDefined();
  expect((await config(world.observer.token)).agent_options).toBeUndefined();
  expect((await config(world.teamAdmin.token)).agent_options).toBeUndefined();
});

test("a patch merges: what it leaves out stays", async () => {
  await patch({ org_info: { org_name: "Example", contact_url: "https://help.example" } });
  await patch({ org_info: { org_name: "Renamed" }, server_settings: {} });
  expect((await config()).org_info).toMatchObject({
    org_name: "Renamed",
    contact_url: "https://help.example",
  });
});

test("what a client got it may send back, and it changes nothing", async () => {
  const before = await config();
  const { status, body } = await patch(before);
  expect(status).toBe(200);
  expect({ ...body, server_settings: null }).toEqual({ ...before, server_settings: null });
});

test("an unknown key is refused by name unless forced, and a dry run keeps nothing", async () => {
  const unknown = { org_info: { org_nmae: "Typo" } };
  const refused = await patch(unknown);
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0].reason).toContain("org_info.org_nmae");
  expect((await patch(unknown, { force: true })).status).toBe(200);
  const dry = await patch({ org_info: { org_name: "Dry" } }, { dry_run: true });
  expect(dry.body.org_info.org_name).toBe("Dry");
  expect((await config()).org_info.org_name).not.toBe("Dry");
});

test("a change tells every process, and a change of the gate has verdicts judged again", async () => {
  const [configBefore, policiesBefore] = await Promise.all([
    readRevision(database(), "config"),
    readRevision(database(), "policies"),
  ]);
  const body = { gate: "all", pass_cache_seconds: 60 };
  const answer = await request(patchSettings, { token, method: "PATCH", body });
  expect(answer.body.settings).toMatchObject(body);
  expect(await readRevision(database(), "config")).toBeGreaterThan(configBefore);
  expect(await readRevision(database(), "policies")).toBeGreaterThan(policiesBefore);
});

test("only what somebody changed is stored, so that other settings follow their defaults", async () => {
  const names = (await database().select().from(settings)).map((row) => row.name);
  expect(names).not.toContain("deviceLinkSeconds");
});

test("limits of settings are refused field by field", async () => {
  const body = { pass_cache_seconds: 1e6, server_url: "nonsense" };
  const { status, body: answer } = await request(patchSettings, { token, method: "PATCH", body });
  expect(status).toBe(422);
  const names = answer.errors.map((error: { name: string }) => error.name);
  expect(names.sort()).toEqual(["pass_cache_seconds", "server_url"]);
  expect((await request(getSettings, { token })).body.settings.pass_cache_seconds).toBe(60);
});

test("activities are pages of who did what, newest first, with before and after", async () => {
  const page = (query: object) => request(listActivities, { token, query: { ...query } });
  const first = await page({ per_page: 1 });
  expect(first.body.meta).toEqual({ has_next_results: true, has_previous_results: false });
  expect(first.body.activities).toMatchObject([
    {
      type: "edited_settings",
      actor_email: world.admin.email,
      fleet_initiated: false,
      details: { before: { gate: "critical" }, after: { gate: "all" } },
    },
  ]);
  const second = await page({ per_page: 1, page: 1 });
  expect(second.body.meta.has_previous_results).toBe(true);
  expect(second.body.activities[0].id).not.toBe(first.body.activities[0].id);
  const found = await page({ query: "edited_sett" });
  expect(found.body.activities.length).toBeGreaterThan(1);
  expect((await page({ order_key: "nonsense" })).status).toBe(400);
});

test("GitOps mode says where things are edited, needs an address, and stops no program", async () => {
  const off = await patch({ gitops: { gitops_mode_enabled: true } });
  expect(off.status).toBe(422);
  expect(off.body.errors[0].name).toBe("repository_url");
  const gitops = { gitops_mode_enabled: true, repository_url: "https://git.example/fleet" };
  expect((await patch({ gitops })).body.gitops).toEqual(gitops);
  expect((await config(world.teamObserver.token)).gitops).toEqual(gitops);
  const script = { ...gitops, repository_url: "javascript:alert(1)" };
  expect((await patch({ gitops: script })).status).toBe(422);
  const body = { name: "By a program", query: "SELECT 1" };
  expect((await request(createPolicy, { token, body })).status).toBe(200);
  await patch({ gitops: { gitops_mode_enabled: false } });
});

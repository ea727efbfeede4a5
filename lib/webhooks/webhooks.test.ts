import { desc, eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { GET as getConfig, PATCH as patchConfig } from "#app/api/v1/fleet/config/route.ts";
import { POST as applyTeams } from "#app/api/v1/fleet/spec/teams/route.ts";
import { GET as getTeam, PATCH as patchTeam } from "#app/api/v1/fleet/teams/[team_id]/route.ts";
import { GET, PATCH } from "#app/api/v1/muster/automations/route.ts";
import { activities } from "#db/schema/system.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, unique } from "#lib/testing/world.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = world.admin;
const url = "https://hooks.example/services/s3cret";

const off = {
  enable_failing_policies_webhook: false,
  destination_url: "",
  policy_ids: [],
  host_batch_size: 0,
  enable_recovered_webhook: false,
};

const configOf = async (asked = token) =>
  (await request(getConfig, { token: asked })).body.webhook_settings;
const setConfig = (webhook_settings: object, query = {}) =>
  request(patchConfig, { token, method: "PATCH", query, body: { webhook_settings } });
const setTeam = (teamId: number, failing_policies_webhook: object, by = token) =>
  request(patchTeam, {
    token: by,
    method: "PATCH",
    params: { team_id: teamId },
    body: { webhook_settings: { failing_policies_webhook } },
  });

accessTable({
  "GET /automations of all teams": [GET, [200, 200, 200, 403, 403, 401]],
  "GET /automations of a team": [
    GET,
    [200, 200, 200, 200, 403, 401],
    (w) => ({ query: { team_id: w.teamId } }),
  ],
  "GET /automations of no team": [
    GET,
    [200, 200, 200, 403, 403, 401],
    () => ({ query: { team_id: 0 } }),
  ],
  "PATCH /automations of all teams": [PATCH, [200, 200, 403, 403, 403, 401], () => ({ body: {} })],
  "PATCH /automations of a team": [
    PATCH,
    [200, 200, 403, 200, 403, 401],
    (w) => ({ query: { team_id: w.teamId }, body: { host_batch_size: 5 } }),
  ],
  "PATCH /automations of a team that is not there": [
    PATCH,
    [404, 404, 403, 403, 403, 401],
    () => ({ query: { team_id: 999_999 }, body: { host_batch_size: 5 } }),
  ],
});

describe("the configuration", () => {
  test("has both webhooks off, and a short interval", async () => {
    expect(await configOf()).toEqual({
      host_status_webhook: expect.any(Object),
      failing_policies_webhook: off,
      activities_webhook: { enable_activities_webhook: false, destination_url: "" },
      interval: "5s",
    });
  });

  test("keeps what it is given and leaves the rest; a dry run keeps nothing", async () => {
    const policyId = await insertPolicy();
    const failing = {
      enable_failing_policies_webhook: true,
      destination_url: url,
      policy_ids: [policyId],
      host_batch_size: 100,
    };
    const tried = await setConfig({ failing_policies_webhook: failing }, { dry_run: true });
    expect(tried.body.webhook_settings.failing_policies_webhook).toMatchObject(failing);
    expect((await configOf()).failing_policies_webhook).toEqual(off);
    await setConfig({ failing_policies_webhook: failing, interval: "24h0m0s" });
    await setConfig({ failing_policies_webhook: { host_batch_size: 7 } });
    const activity = { enable_activities_webhook: true, destination_url: url };
    await setConfig({ activities_webhook: activity });
    expect(await configOf()).toMatchObject({
      failing_policies_webhook: { ...failing, host_batch_size: 7 },
      activities_webhook: activity,
      interval: "24h0m0s",
    });
  });

  test("tells those who may not change it where it goes and not the whole address", async () => {
    const seen = await configOf(world.observer.token);
    expect(seen.failing_policies_webhook.destination_url).toBe("https://hooks.example/********");
    expect(seen.activities_webhook.destination_url).toBe("https://hooks.example/********");
    const back = await setConfig({
      failing_policies_webhook: { destination_url: "https://hooks.example/********" },
    });
    expect(back.status).toBe(422);
  });

  test.each([
    [
      "an enabled webhook without an address",
      { failing_policies_webhook: { destination_url: "" } },
    ],
    ["another scheme", { failing_policies_webhook: { destination_url: "file:///etc/passwd" } }],
    [
      "a metadata address",
      { failing_policies_webhook: { destination_url: "http://169.254.169.254/" } },
    ],
    ["a private address", { failing_policies_webhook: { destination_url: "http://[::1]:3306/" } }],
    ["too large a batch", { failing_policies_webhook: { host_batch_size: 10_001 } }],
    ["a policy that is not there", { failing_policies_webhook: { policy_ids: [999_999] } }],
    ["an interval that is none", { interval: "daily" }],
  ])("refuses %s with 422", async (_what, webhooks) => {
    const before = await configOf();
    expect((await setConfig(webhooks)).status).toBe(422);
    expect(await configOf()).toEqual(before);
  });

  test("an edit is an activity with before and after, without the address", async () => {
    await setConfig({
      failing_policies_webhook: { destination_url: `${url}-2`, host_batch_size: 9 },
    });
    const [activity] = await db
      .select()
      .from(activities)
      .where(eq(activities.type, "edited_webhook"))
      .orderBy(desc(activities.id))
      .limit(1);
    expect(activity?.details).toEqual({
      webhook: "failing_policies",
      team_id: null,
      team_name: null,
      before: { host_batch_size: 7, destination_url: "https://hooks.example/********" },
      after: { host_batch_size: 9, destination_url: "https://hooks.example/******** (changed)" },
    });
  });
});

describe("a team", () => {
  test("has a webhook of its own, which its admin changes and its observer sees without address", async () => {
    const { teamId } = world;
    const policyId = await insertPolicy({}, teamId);
    const failing = {
      enable_failing_policies_webhook: true,
      destination_url: url,
      policy_ids: [policyId],
      host_batch_size: 5,
      enable_recovered_webhook: true,
    };
    expect((await setTeam(teamId, failing, world.teamAdmin.token)).status).toBe(200);
    const seenBy = async (by: string) =>
      (await request(getTeam, { token: by, params: { team_id: teamId } })).body.team
        .webhook_settings.failing_policies_webhook;
    expect(await seenBy(world.teamAdmin.token)).toEqual(failing);
    const hidden = { ...failing, destination_url: "https://hooks.example/********" };
    expect(await seenBy(world.teamObserver.token)).toEqual(hidden);
    const other = await insertTeam();
    const body = await request(getTeam, { token, params: { team_id: other } });
    expect(body.body.team.webhook_settings.failing_policies_webhook).toEqual(off);
  });

  test("gets it by spec, new and known alike", async () => {
    const name = unique("Team");
    const spec = (host_batch_size: number) => ({
      specs: [
        {
          name,
          webhook_settings: { failing_policies_webhook: { destination_url: url, host_batch_size } },
        },
      ],
    });
    for (const size of [3, 4]) {
      const { body } = await request(applyTeams, { token, body: spec(size) });
      const team_id = body.team_ids_by_name[name];
      const { body: got } = await request(getTeam, { token, params: { team_id } });
      expect(got.team.webhook_settings.failing_policies_webhook).toMatchObject({
        destination_url: url,
        host_batch_size: size,
      });
    }
  });
});

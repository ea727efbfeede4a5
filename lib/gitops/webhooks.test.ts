import { expect, test } from "vitest";
import { GET, POST } from "#app/api/v1/muster/gitops/route.ts";
import { deliveries } from "#db/schema/webhooks.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { selectTeamIdByName } from "#lib/teams/sql.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, insertUser, unique } from "#lib/testing/world.ts";
import { getWebhook } from "#lib/webhooks/webhooks.ts";
import type { GitopsBody } from "./schema.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = await insertUser("gitops");
const url = "https://hooks.example/s3cret";
const query = "SELECT 1 FROM osquery_info";

const send = (body: GitopsBody, as = token) => request(POST, { method: "POST", token: as, body });
const webhookOf = (teamId: number | null) =>
  getWebhook(SYSTEM, { kind: "failing_policies", teamId });

const on = (policies: string[]) => ({
  webhook_settings: {
    failing_policies_webhook: {
      enable_failing_policies_webhook: true,
      destination_url: url,
      policies,
      host_batch_size: 50,
    },
  },
});

test("webhooks of all teams, of teams and of no team come with policies that are made with them", async () => {
  const [name, known] = [unique("Made"), unique("Known")];
  const knownId = await insertTeam(known);
  const activities = { enable_activities_webhook: true, destination_url: url };
  const all = on(["Global disk"]).webhook_settings;
  const body: GitopsBody = {
    settings: { webhook_settings: { ...all, activities_webhook: activities, interval: "1m" } },
    teams: [
      { name, ...on(["Disk"]) },
      { name: known, ...on(["Disk"]) },
    ],
    no_team: on(["Disk"]),
    policies: [
      { name: "Global disk", query },
      ...[name, known, "No team"].map((team) => ({ name: "Disk", query, team })),
    ],
  };
  const tried = await send({ ...body, dry_run: true });
  expect(tried.status, JSON.stringify(tried.body)).toBe(200);
  expect((await webhookOf(null)).enabled).toBe(false);
  const applied = await send(body);
  expect(applied.status, JSON.stringify(applied.body)).toBe(200);
  const webhooks = applied.body.changes.filter(({ kind }: { kind: string }) => kind === "webhook");
  expect(webhooks).toHaveLength(5);
  expect(webhooks[0]).toMatchObject({
    name: "failing policies",
    team: "",
    action: "update",
    after: { policies: ["Global disk"], destination_url: "https://hooks.example/********" },
  });
  expect(JSON.stringify(applied.body)).not.toContain("s3cret");
  const madeId = (await selectTeamIdByName(db, name)) ?? -1;
  for (const teamId of [null, 0, madeId, knownId]) {
    const webhook = await webhookOf(teamId);
    expect(webhook).toMatchObject({ enabled: true, url, hostBatchSize: 50 });
    expect(webhook.policyIds).toHaveLength(1);
  }
  const again = await send(body);
  expect(again.body.changes.every(({ action }: { action: string }) => action === "none")).toBe(
    true,
  );
  expect(await db.select().from(deliveries)).not.toEqual([]);
});

test("what is exported changes nothing when it is applied, and has no addresses for readers", async () => {
  const { body } = await request(GET, { token });
  const { settings, teams, no_team, policies } = body;
  expect(settings.webhook_settings.failing_policies_webhook).toMatchObject({
    policies: ["Global disk"],
    destination_url: url,
  });
  expect(settings.webhook_settings.interval).toBe("1m0s");
  const applied = await send({ settings, teams, no_team, policies });
  expect(applied.status, JSON.stringify(applied.body)).toBe(200);
  const actions = applied.body.changes.map(({ action }: { action: string }) => action);
  expect(new Set(actions)).toEqual(new Set(["none"]));
  const seen = await request(GET, { token: world.observer.token });
  expect(JSON.stringify(seen.body)).not.toContain("s3cret");
});

test("a policy that is not there, or is named twice over, is told with its place", async () => {
  const unknown = await send({ no_team: on(["Nothing"]) });
  expect(unknown.status).toBe(422);
  expect(unknown.body.errors[0]).toEqual({
    name: "no_team.webhook_settings.failing_policies_webhook.policies",
    reason: 'this team has no policy "Nothing" of its own',
  });
});

test("a gitops role of a team writes that team's webhook, and no other's", async () => {
  const name = unique("Own");
  const teamId = await insertTeam(name);
  const own = (await insertUser("gitops", teamId)).token;
  expect((await send({ teams: [{ name, ...on([]) }] }, own)).status).toBe(200);
  expect((await send({ no_team: on([]) }, own)).status).toBe(403);
});

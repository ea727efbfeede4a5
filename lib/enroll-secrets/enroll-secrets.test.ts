import { expect, test } from "vitest";
import { GET, POST } from "#app/api/v1/fleet/spec/enroll_secret/route.ts";
import { PATCH as patchTeam } from "#app/api/v1/fleet/teams/[team_id]/secrets/route.ts";
import { POST as rotate } from "#app/api/v1/muster/enroll_secrets/rotate/route.ts";
import { activities } from "#db/schema/system.ts";
import { enrollSecrets } from "#db/schema/teams.ts";
import { keyedHash } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";
import { findEnrollSecret } from "./sql.ts";

await testDatabase();
const world = await createWorld();
const { token } = world.admin;

const hash = (secret: string) => keyedHash(env().serverPrivateKey, secret);
const find = (secret: string, at = new Date()) => findEnrollSecret(database(), hash(secret), at);
const replace = (...secrets: string[]) =>
  request(POST, { token, body: { spec: { secrets: secrets.map((secret) => ({ secret })) } } });
const list = async () => (await request(GET, { token })).body.spec.secrets;
const replaceTeam = (...secrets: string[]) =>
  request(patchTeam, {
    token,
    method: "PATCH",
    params: { team_id: world.teamId },
    body: { secrets: secrets.map((secret) => ({ secret })) },
  });

test("a secret is found by its value and stored only encrypted", async () => {
  await replace("first global secret");
  expect(await find("first global secret")).toEqual({ teamId: null });
  expect(await find("another secret")).toBeUndefined();
  const stored = JSON.stringify(await database().select().from(enrollSecrets));
  expect(stored).not.toContain("first global secret");
  const recorded = JSON.stringify(await database().select().from(activities));
  expect(recorded).not.toContain("first global secret");
});

test("replacing ends the others at once and keeps the age of those that stay", async () => {
  await replace("staying secret", "leaving secret");
  const [before] = await list();
  await replace("staying secret", "arriving secret");
  const after = await list();
  expect(after.map((row: { secret: string }) => row.secret)).toEqual([
    "staying secret",
    "arriving secret",
  ]);
  expect(after[0].created_at).toBe(before.created_at);
  expect(await find("leaving secret")).toBeUndefined();
});

test("rotating adds a secret; the old one works until the overlap ends", async () => {
  await replace("old global secret");
  const { body } = await request(rotate, { token, body: { overlap_hours: 2 } });
  const fresh = body.secrets.find((row: { secret: string }) => row.secret !== "old global secret");
  expect(fresh.secret).toHaveLength(32);
  expect(fresh.expires_at).toBeNull();
  expect(await find("old global secret")).toEqual({ teamId: null });
  const later = new Date(Date.now() + 3 * 3_600_000);
  expect(await find("old global secret", later)).toBeUndefined();
  expect(await find(fresh.secret, later)).toEqual({ teamId: null });
});

test("no overlap ends the old secret at once", async () => {
  await replace("leaked global secret");
  await request(rotate, { token, body: { overlap_hours: 0 } });
  expect(await find("leaked global secret")).toBeUndefined();
  expect(await list()).toHaveLength(1);
});

test("a secret enrolls into one team only", async () => {
  await replace("the global secret");
  expect((await replaceTeam("the global secret")).status).toBe(409);
  expect((await replaceTeam("the team's secret")).status).toBe(200);
  expect(await find("the team's secret")).toEqual({ teamId: world.teamId });
  expect((await replace("the team's secret")).status).toBe(409);
});

test("short secrets and more than 50 are refused", async () => {
  expect((await replace("short")).status).toBe(422);
  const many = Array.from({ length: 51 }, (_, index) => `secret number ${index}`);
  expect((await replace(...many)).status).toBe(422);
  expect((await replace(...many.slice(1))).status).toBe(200);
  const full = await request(rotate, { token, body: {} });
  expect(full.status).toBe(422);
});

import { eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { hosts } from "#db/schema/hosts.ts";
import { exemptions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertLabel } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { exportGitops } from "./export.ts";
import { applyGitops } from "./gitops.ts";
import { gitopsBody } from "./schema.ts";

const db = await testDatabase();
const HOSTS = 60;

test("many hosts let off by one file are counted as such at once, and as they answered when it ends", async () => {
  const policyId = await insertPolicy({ name: "Disk" });
  const ids: number[] = [];
  for (let at = 0; at < HOSTS; at++) ids.push(await insertHost({ hostname: `many-${at}` }));
  for (const id of ids) await answer(id, policyId, "fail");
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  const listed = ids.map((_, at) => ({
    policy: "Disk",
    host: `many-${at}`,
    reason: "x",
    expires_at,
  }));
  const complete = { exemptions: [""] };
  const counts = async () => {
    const policy = await getPolicy(SYSTEM, policyId);
    return [policy.exempt_host_count, policy.failing_host_count];
  };
  await applyGitops(SYSTEM, gitopsBody.parse({ exemptions: listed, complete }));
  expect(await counts()).toEqual([HOSTS, 0]);
  await applyGitops(SYSTEM, gitopsBody.parse({ complete, delete_other: ["exemptions"] }));
  expect(await counts()).toEqual([0, HOSTS]);
  await expectConsistent(db);
});

test("twins that share a serial, or a UUID too, are exported so that an apply finds each", async () => {
  const policyId = await insertPolicy({ name: "Twins" });
  const twins: number[] = [];
  for (let n = 0; n < 3; n++) twins.push(await insertHost({ hardwareSerial: "None" }));
  await db
    .update(hosts)
    .set({ uuid: "cloned" })
    .where(inArray(hosts.id, twins.slice(1)));
  await insertLabel({ name: "Twins", host_ids: twins });
  const row = { policyId, reason: "x", authorName: "", createdAt: new Date() };
  const expiresAt = new Date(Date.now() + 86_400_000);
  await db.insert(exemptions).values(twins.map((hostId) => ({ ...row, hostId, expiresAt })));
  const exported = await exportGitops(SYSTEM, "");
  const { changes } = await applyGitops(SYSTEM, gitopsBody.parse({ ...exported, dry_run: true }));
  const mine = changes.filter(({ name }) => name.startsWith("Twins"));
  expect(mine.map(({ action }) => action)).toEqual(Array(4).fill("none"));
});

test("reminders go out with the export and come back by an apply: a moment, never, and none that is spoken of", async () => {
  const policyId = await insertPolicy({ name: "Reminders" });
  await insertHost({ hostname: "reminded" });
  const at = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const base = { policy: "Reminders", host: "reminded", reason: "x", expires_at: at(30) };
  const apply = async (more: object) => {
    const body = gitopsBody.parse({ exemptions: [{ ...base, ...more }] });
    const { changes } = await applyGitops(SYSTEM, body);
    return changes.map(({ action }) => action);
  };
  const reminder = async () => {
    const found = await db.select().from(exemptions).where(eq(exemptions.policyId, policyId));
    return found.map(({ remindAt }) => remindAt?.toISOString() ?? null);
  };
  const remind_at = at(20);
  expect(await apply({ remind_at })).toEqual(["create"]);
  expect(await reminder()).toEqual([remind_at]);
  expect(await apply({})).toEqual(["none"]);
  expect(await reminder()).toEqual([remind_at]);
  expect(await apply({ remind_at: null })).toEqual(["update"]);
  expect(await reminder()).toEqual([null]);
  const exported = (await exportGitops(SYSTEM, "")).exemptions.filter(
    ({ policy }) => policy === "Reminders",
  );
  expect(exported).toMatchObject([{ remind_at: null }]);
  const again = gitopsBody.parse({ exemptions: exported });
  expect((await applyGitops(SYSTEM, again)).changes).toMatchObject([{ action: "none" }]);
  expect(gitopsBody.safeParse({ exemptions: [{ ...base, remind_at: at(31) }] }).success).toBe(
    false,
  );
});

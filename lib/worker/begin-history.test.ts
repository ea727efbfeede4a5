import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { hostAgents, hosts, hostVersions } from "#db/schema/hosts.ts";
import { policies, policyVersions } from "#db/schema/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";

const db = await testDatabase();

const versionsOf = async (id: number) =>
  (
    await db
      .select()
      .from(policyVersions)
      .where(eq(policyVersions.policyId, id))
      .orderBy(policyVersions.version)
  ).map(({ version, revision, fields, endedAt }) => ({
    version,
    revision,
    query: fields.query,
    platform: fields.platform,
    isOpen: endedAt === null,
  }));

test("what a server of the version before edits, meanwhile, is a version too, and only once", async () => {
  const id = await insertPolicy({ query: "SELECT 1" });
  await startHistory();
  expect(await versionsOf(id)).toHaveLength(1);
  const edit = {
    query: "SELECT 2",
    revision: sql`${policies.revision} + 1`,
    updatedAt: new Date(),
  };
  await db.update(policies).set(edit).where(eq(policies.id, id));
  await startHistory();
  await db.update(policies).set({ platform: "linux" }).where(eq(policies.id, id));
  await startHistory();
  await startHistory();
  expect(await versionsOf(id)).toEqual([
    { version: 1, revision: 1, query: "SELECT 1", platform: "", isOpen: false },
    { version: 2, revision: 2, query: "SELECT 2", platform: "", isOpen: false },
    { version: 3, revision: 2, query: "SELECT 2", platform: "linux", isOpen: true },
  ]);
});

test("what such a server deletes is not there for ever", async () => {
  const id = await insertPolicy();
  const hostId = await insertHost();
  await db.delete(policies).where(eq(policies.id, id));
  await db.delete(hosts).where(eq(hosts.id, hostId));
  await db.delete(hostAgents).where(eq(hostAgents.hostId, hostId));
  await startHistory();
  expect(await versionsOf(id)).toEqual([expect.objectContaining({ isOpen: false })]);
  const [version] = await db.select().from(hostVersions).where(eq(hostVersions.hostId, hostId));
  expect(version?.endedAt).not.toBeNull();
});

import { expect, test } from "vitest";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
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
  const exemptions = ids.map((_, at) => ({
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
  await applyGitops(SYSTEM, gitopsBody.parse({ exemptions, complete }));
  expect(await counts()).toEqual([HOSTS, 0]);
  await applyGitops(SYSTEM, gitopsBody.parse({ complete, delete_other: ["exemptions"] }));
  expect(await counts()).toEqual([0, HOSTS]);
  await expectConsistent(db);
});

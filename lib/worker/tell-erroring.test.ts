import { expect, test } from "vitest";
import { policyStats } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { tellErroring } from "./tell-erroring.ts";

const db = await testDatabase();
const metrics = createMetrics();
const lines: { policies: string[]; inAll: number }[] = [];
const log = createLog("warn", { write: (line: string) => void lines.push(JSON.parse(line)) });
const job = tellErroring();

/** What it says in one look. */
async function said(): Promise<typeof lines> {
  await job.run({ db, metrics, log, isOver: () => false });
  return lines.splice(0);
}

async function counted(policyId: number, revision: number, erroring: number, passing: number) {
  const counts = { revision, erroring, passing, updatedAt: new Date() };
  await db
    .insert(policyStats)
    .values({ policyId, teamId: 0, ...counts })
    .onDuplicateKeyUpdate({ set: counts });
}

test("a policy that errors on most of its hosts is said once for each SQL", async () => {
  const id = await insertPolicy({ name: "broken", query: "SELECT 1 FROM nowhere" });
  await counted(id, 1, 9, 0);
  expect(await said()).toEqual([]);
  await counted(id, 1, 20, 20);
  expect(await said()).toEqual([]);
  await counted(id, 1, 21, 20);
  expect(await said()).toMatchObject([{ policies: [`broken (${id}): 21 of 41 hosts`], inAll: 1 }]);
  expect(await said()).toEqual([]);
  expect((await metrics.policiesErroring.get()).values[0]?.value).toBe(1);

  const patch = modifyPolicyBody.parse({ query: "SELECT 2 FROM nowhere" });
  await modifyPolicy(SYSTEM, null, id, patch);
  expect(await said()).toEqual([]);
  await counted(id, 2, 30, 0);
  expect(await said()).toMatchObject([{ inAll: 1 }]);
});

test("many that break together are one line, which names a few", async () => {
  for (let n = 0; n < 25; n++) {
    await counted(await insertPolicy({ name: `together ${n}` }), 1, 10, 1);
  }
  const [line, ...others] = await said();
  expect(others).toEqual([]);
  expect(line).toMatchObject({ inAll: 25 });
  expect(line?.policies).toHaveLength(20);
});

import { expect, test } from "vitest";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { settle } from "#lib/testing/jobs.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { modifyPolicy } from "./edit.ts";
import { modifyPolicyBody } from "./schema.ts";

const db = await testDatabase();
const servers = [await testAgents(), await testAgents()];

const HOSTS_PER_SERVER = 12;
const POLICIES = 4;
const EDITS = 20;

test("edits get through while hosts at two servers answer without a pause, and counts stay exact", async () => {
  const ids: number[] = [];
  for (let n = 0; n < POLICIES; n++) ids.push(await insertPolicy({ platform: "darwin" }));
  const hosts = servers.flatMap((server) =>
    Array.from({ length: HOSTS_PER_SERVER }, () => new TestHost(server)),
  );
  for (const host of hosts) await host.enroll();

  let isOver = false;
  const names = ids.map((id) => `fleet_policy_query_${id}`);
  const answering = hosts.map(async (host) => {
    const statuses = new Set<number>();
    for (let n = 0; !isOver; n++) {
      const { status } = await host.answer(names, Object.fromEntries(ids.map((id) => [id, n % 2])));
      statuses.add(status);
    }
    return statuses;
  });
  for (let n = 0; n < EDITS; n++) {
    const change =
      n % 3 === 0 ? { query: `SELECT ${n}` } : { platform: n % 2 ? "linux" : "darwin" };
    await modifyPolicy(SYSTEM, null, ids[n % POLICIES] ?? 0, modifyPolicyBody.parse(change));
  }
  isOver = true;
  for (const statuses of await Promise.all(answering)) expect([...statuses]).toEqual([200]);
  await settle();
  await expectConsistent(db);
}, 180_000);

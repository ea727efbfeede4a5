import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { database } from "#lib/database.ts";
import { addSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import type { OsqueryPlatform } from "#lib/osquery/tables.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { countsOf, insertOldPolicy } from "#lib/testing/policies.ts";
import { createSqlEngine } from "./engine.ts";
import { createHost } from "./host.ts";
import { makeFleet } from "./profiles.ts";
import { runFleet } from "./run.ts";
import { type SamplePolicy, samplePolicies } from "./sample-policies.ts";

const db = await testDatabase();
const agents = await testAgents();
const server = createServer((request, response) => agents.app.handle(request, response));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
afterAll(() => server.closeAllConnections());

const fleet = makeFleet("muster", 60);
const asks = (policy: SamplePolicy, platform: OsqueryPlatform) =>
  policy.platform.split(",").includes(platform);

/** What the hosts' own SQL says, without a server between. */
async function passingHere(policy: SamplePolicy): Promise<number> {
  const engine = await createSqlEngine();
  const now = new Date();
  const asked = fleet.filter(({ platform }) => asks(policy, platform));
  const outcomes = asked.map((profile) => engine.run(createHost(profile, now), policy.query, now));
  engine.close();
  return outcomes.filter((outcome) => outcome.kind === "rows" && outcome.rows.length > 0).length;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 200));
}

test("a fleet enrols with the server, fills its vitals and answers every policy as its tables say", async () => {
  const ids = new Map<SamplePolicy, number>();
  for (const policy of samplePolicies) ids.set(policy, await insertOldPolicy({ ...policy }));
  const secret = await transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    return addSecret(tx, null);
  });
  await agents.app.refresh();

  const stop = new AbortController();
  const ended = runFleet({
    serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    enrollTargets: [{ team: null, secret }],
    hostCount: fleet.length,
    seed: "muster",
    intervalSeconds: 1,
    startSpreadSeconds: 1,
    naps: false,
    signal: stop.signal,
  });
  const answersExpected = samplePolicies
    .map((policy) => fleet.filter(({ platform }) => asks(policy, platform)).length)
    .reduce((sum, count) => sum + count, 0);
  await until(async () => (await db.$count(policyMembership)) >= answersExpected);
  stop.abort();
  await ended;

  for (const [policy, id] of ids) {
    const pass = await passingHere(policy);
    const fail = fleet.filter(({ platform }) => asks(policy, platform)).length - pass;
    expect(await countsOf(id), policy.name).toEqual({ pass, fail, error: 0 });
  }
  const rows = await db.select().from(hosts);
  expect(rows).toHaveLength(fleet.length);
  for (const profile of fleet) {
    const row = rows.find(({ uuid }) => uuid === profile.uuid);
    expect(row).toMatchObject({
      hostname: profile.hostname,
      platformFamily: profile.platform,
      primaryIp: profile.ipAddress,
      primaryMac: profile.macAddress,
      memoryBytes: profile.hardware.memoryBytes,
      osqueryVersion: profile.osqueryVersion,
      diskEncryptionEnabled: profile.posture.diskEncrypted,
    });
  }
});

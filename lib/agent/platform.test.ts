import { expect, test, vi } from "vitest";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { modifyPolicy } from "#lib/policies/edit.ts";
import { modifyPolicyBody } from "#lib/policies/schema.ts";
import { TestHost, testAgents } from "#lib/testing/agent.ts";
import { testDatabase } from "#lib/testing/database.ts";
import {
  countsOf,
  hostIdOf,
  insertPolicy,
  membershipOf,
  transitionsOf,
} from "#lib/testing/policies.ts";

await testDatabase();
const agents = await testAgents();

const nameOf = (policyId: number) => `fleet_policy_query_${policyId}`;
const rescope = (id: number, platform: string) =>
  modifyPolicy(SYSTEM, null, id, modifyPolicyBody.parse({ platform }));
const becomeLinux = (host: TestHost) =>
  host.post("distributed/write", {
    queries: { fleet_detail_query_os_version: [{ name: "Ubuntu", platform: "ubuntu" }] },
  });

async function enrolledMac() {
  const host = new TestHost(agents);
  await host.enroll();
  await host.checkIn();
  return { host, hostId: await hostIdOf(host.identifier) };
}

test("an answer that does not count on the host's new platform leaves row and count at once", async () => {
  const policyId = await insertPolicy({ platform: "darwin,linux" });
  const { host, hostId } = await enrolledMac();
  await rescope(policyId, "darwin");
  await rescope(policyId, "darwin,linux");
  await becomeLinux(host);
  expect(await membershipOf(hostId, policyId)).toBeUndefined();
  expect(await countsOf(policyId)).toMatchObject({ pass: 0 });
  expect(await host.checkIn()).toContain(nameOf(policyId));
  expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
  expect(await transitionsOf(hostId, policyId)).toEqual([
    "pending>pass",
    "pass>pending",
    "pending>pass",
  ]);
});

test("an answer that had left with the host's old platform does not come back on the new one", async () => {
  const policyId = await insertPolicy({ platform: "darwin,linux" });
  const { host, hostId } = await enrolledMac();
  await rescope(policyId, "linux");
  expect(await countsOf(policyId)).toMatchObject({ pass: 0 });
  await becomeLinux(host);
  expect(await membershipOf(hostId, policyId)).toBeUndefined();
  expect(await host.checkIn()).toContain(nameOf(policyId));
  expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
});

test("a platform that comes back at a server whose clock is fast is answered and counted once", async () => {
  const policyId = await insertPolicy({ platform: "linux" });
  const { host } = await enrolledMac();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 600_000 });
  try {
    await rescope(policyId, "darwin");
  } finally {
    vi.useRealTimers();
  }
  await agents.app.refresh();
  expect(await host.checkIn()).toEqual([nameOf(policyId)]);
  expect(await host.checkIn()).toEqual([]);
  expect(await countsOf(policyId)).toMatchObject({ pass: 1 });
});

test("details of a platform that turns out to be the host's are asked at the next check-in", async () => {
  const host = new TestHost(agents, "");
  await host.enroll();
  const first = Object.keys(await host.read());
  await host.post("distributed/write", {
    queries: {
      ...Object.fromEntries(first.map((name) => [name, []])),
      fleet_detail_query_os_version: [{ name: "macOS", platform: "darwin" }],
    },
  });
  expect(Object.keys(await host.read())).toContain("fleet_detail_query_disk_encryption_darwin");
});

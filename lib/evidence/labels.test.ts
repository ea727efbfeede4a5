import { eq } from "drizzle-orm";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { GET as getHostThen } from "#app/api/v1/muster/as-of/hosts/[id]/route.ts";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { GET as getPolicyThen } from "#app/api/v1/muster/as-of/policies/[id]/route.ts";
import { GET as exportEvidence } from "#app/api/v1/muster/evidence/route.ts";
import { hostVersions } from "#db/schema/hosts.ts";
import { labelMembership, labelSpans, labelVersions } from "#db/schema/labels.ts";
import { type LabelScope, policyTransitions, policyVersions } from "#db/schema/policies.ts";
import { settings } from "#db/schema/system.ts";
import { HISTORY_STATES } from "#lib/history/states.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam } from "#lib/testing/world.ts";

const db = await testDatabase();
const { token } = (await createWorld()).admin;
await startHistory();
const HOUR_MS = 3_600_000;
const nowMs = Math.floor(Date.now() / 1000) * 1000;
const hoursAgo = (hours: number) => new Date(nowMs - hours * HOUR_MS);
const ASKED = HISTORY_STATES.filter((state) => state !== "not_applicable");
/** Since when labels are kept, in hours before now. */
const FULL = 40;
for (const [name, hours] of [
  ["historyBegan", 900],
  ["fullHistoryBegan", FULL],
] as const) {
  await db
    .update(settings)
    .set({ value: hoursAgo(hours).toISOString() })
    .where(eq(settings.name, name));
}

let seed = 11;
const random = (most: number) => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed % most;
};

const [BY_SQL, BY_SQL_OF_MACS, MANUAL, BY_VITAL, GONE] = [90_001, 90_002, 90_003, 90_004, 90_005];
const LABELS = [BY_SQL, BY_SQL_OF_MACS, MANUAL, BY_VITAL, GONE];

async function insertLabels(): Promise<void> {
  const label = { at: hoursAgo(200), name: "", query: "", membershipType: "dynamic" };
  const vitals = { ...label, labelId: BY_VITAL, membershipType: "host_vitals" };
  const criteria = (...values: string[]) => ({ vital: "os_major", values });
  await db.insert(labelVersions).values([
    { ...label, labelId: BY_SQL },
    { ...label, labelId: BY_SQL_OF_MACS, platform: "darwin", endedAt: hoursAgo(20) },
    { ...label, labelId: BY_SQL_OF_MACS, platform: "windows", at: hoursAgo(20) },
    { ...label, labelId: MANUAL, membershipType: "manual" },
    { ...vitals, criteria: criteria("macOS 15"), endedAt: hoursAgo(15) },
    { ...vitals, criteria: criteria("macOS 26"), at: hoursAgo(15) },
    { ...label, labelId: GONE, endedAt: hoursAgo(10) },
  ]);
}

/** What a host was, and what was known of it and labels, changing at odd times. */
async function insertOldHost(hostId: number, teamId: number): Promise<void> {
  const cut = 5 + random(50);
  const host = { hostId, teamId, displayName: `host ${hostId}` };
  const families = ["darwin", "windows", ""];
  const what = () => {
    const platformFamily = families[random(3)] ?? "";
    return { ...host, platformFamily, osVersion: `macOS ${random(2) ? "15.1" : "26.0"}` };
  };
  await db.insert(hostVersions).values([
    { ...what(), at: hoursAgo(100), endedAt: hoursAgo(cut) },
    { ...what(), at: hoursAgo(cut) },
  ]);
  for (const labelId of [BY_SQL, BY_SQL_OF_MACS, MANUAL, GONE]) {
    let hours = 90;
    while (random(4) > 0) {
      const until = hours - 1 - random(30);
      if (until <= 2) break;
      const known = { hostId, labelId, isMember: labelId === MANUAL || random(2) === 0 };
      const at = hoursAgo(hours);
      if (random(5) > 0)
        await db.insert(labelSpans).values({ ...known, at, endedAt: hoursAgo(until) });
      hours = until;
    }
    const isMember = labelId === MANUAL || random(2) === 0;
    if (random(3) > 0) {
      await db
        .insert(labelMembership)
        .values({ hostId, labelId, isMember, since: hoursAgo(hours) });
    }
  }
}

async function insertScopedPolicy(teamId: number, scopes: readonly (LabelScope | null)[]) {
  const id = await insertPolicy({}, teamId);
  await db.delete(policyVersions).where(eq(policyVersions.policyId, id));
  const [before, after] = scopes;
  const version = { policyId: id, revision: 1, name: `Policy ${id}`, teamId };
  const fieldsOf = (labelScope: unknown) => ({ query: "SELECT 1", platform: "", labelScope });
  await db.insert(policyVersions).values([
    {
      ...version,
      version: 1,
      fields: fieldsOf(before),
      createdAt: hoursAgo(95),
      endedAt: hoursAgo(25),
    },
    { ...version, version: 2, fields: fieldsOf(after), createdAt: hoursAgo(25) },
  ]);
  return id;
}

const get = async (handler: typeof getHostThen, id: number, query: object) => {
  const { status, body } = await request(handler, { token, params: { id }, query: { ...query } });
  expect(status).toBe(200);
  return body;
};

async function evidenceAt(policyId: number, hours: number) {
  const query = {
    from: hoursAgo(80).toISOString(),
    to: hoursAgo(hours).toISOString(),
    policy_ids: policyId,
  };
  const { body } = await request(exportEvidence, { token, query });
  const { data } = Papa.parse<Record<string, string>>(body.trim(), { header: true });
  return new Map(data.map((row) => [Number(row.host_id), row.state_at_end ?? ""]));
}

test("where labels decide, evidence, counts, lists and hosts' pages agree at any moment", async () => {
  const teamId = await insertTeam();
  await insertLabels();
  const firstId = 3_000_000;
  const hostIds = Array.from({ length: 10 }, (_, n) => firstId + n);
  for (const id of hostIds) await insertOldHost(id, teamId);
  const policyIds = [
    await insertScopedPolicy(teamId, [{ includeAny: [BY_SQL, MANUAL] }, { includeAll: [BY_SQL] }]),
    await insertScopedPolicy(teamId, [{ excludeAny: [MANUAL, BY_SQL_OF_MACS] }, null]),
    await insertScopedPolicy(teamId, [
      { includeAny: [BY_VITAL] },
      { excludeAll: [BY_SQL, BY_VITAL] },
    ]),
    await insertScopedPolicy(teamId, [
      { includeAll: [BY_SQL_OF_MACS] },
      { includeAny: [GONE, 1_234] },
    ]),
  ];
  for (const policyId of policyIds) {
    const changes = hostIds.flatMap((hostId) => {
      const rows = [];
      for (let hours = 70; hours > 0; hours -= 1 + random(30)) {
        const toState = ["pass", "fail", "not_applicable", "pending"][random(4)] ?? "";
        const at = hoursAgo(hours);
        rows.push({ hostId, policyId, revision: 1, fromState: "", toState, at });
      }
      return rows;
    });
    await db.insert(policyTransitions).values(changes);
  }
  const seen = new Set<string>();
  for (const hours of [60, FULL, FULL - 0.1, 25, 20, 14.9, 8, 1]) {
    const asOf = { as_of: hoursAgo(hours).toISOString() };
    const pages = new Map<number, Record<string, string>[]>();
    for (const id of hostIds) {
      pages.set(id, (await get(getHostThen, id, asOf)).host.policies);
    }
    for (const policyId of policyIds) {
      const evidence = await evidenceAt(policyId, hours);
      const { policy } = await get(getPolicyThen, policyId, asOf);
      for (const state of ASKED) {
        const filter = { policy_id: policyId, policy_state: state, per_page: 200 };
        const list = await get(listHostsThen, 0, { ...asOf, ...filter });
        const ids = list.hosts.map(({ id }: { id: number }) => id).sort();
        const name = state === "pass" ? "passing" : state === "fail" ? "failing" : state;
        const where = [hours, policyId, state];
        expect([...where, list.count]).toEqual([...where, policy[`${name}_host_count`]]);
        const inEvidence = hostIds.filter((id) => evidence.get(id) === state);
        expect([...where, ...ids]).toEqual([...where, ...inEvidence]);
        const onPages = hostIds.filter((id) =>
          pages.get(id)?.some((one) => Number(one.id) === policyId && one.state === state),
        );
        expect([...where, ...ids]).toEqual([...where, ...onPages]);
        if (ids.length > 0) seen.add(`${hours > FULL ? "before" : "after"} ${state}`);
      }
    }
    for (const labelId of hours <= FULL ? LABELS : []) {
      const { count, hosts } = await get(listHostsThen, 0, { ...asOf, label_id: labelId });
      expect(count).toBe(hosts.length);
    }
  }
  expect([...seen].sort()).toEqual([
    ...["after fail", "after pass", "after pending"],
    ...["before fail", "before pass", "before pending"],
  ]);
  // Some hundred requests, on a busy machine.
}, 180_000);

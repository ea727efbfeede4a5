import { eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { GET as listHosts } from "#app/api/v1/fleet/hosts/route.ts";
import { GET as getHostThen } from "#app/api/v1/muster/as-of/hosts/[id]/route.ts";
import { GET as listHostsThen } from "#app/api/v1/muster/as-of/hosts/route.ts";
import { transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { settings } from "#db/schema/system.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { deleteLabel } from "#lib/labels/delete.ts";
import { modifyLabel } from "#lib/labels/edit.ts";
import { modifyLabelBody } from "#lib/labels/schema.ts";
import { recordHostVersions } from "#lib/membership/host-versions.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { moment, startHistory } from "#lib/testing/history.ts";
import { settle } from "#lib/testing/jobs.ts";
import {
  answerLabel,
  insertLabel,
  insertManualLabel,
  listHosts as putOnList,
} from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, insertTeam, unique } from "#lib/testing/world.ts";

const db = await testDatabase();
const world = await createWorld();
const { token } = world.admin;
await startHistory();
const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const began = inArray(settings.name, ["historyBegan", "fullHistoryBegan"]);
await db
  .update(settings)
  .set({ value: daysAgo(30).toISOString() })
  .where(began);

type Filter = Record<string, string | number>;

async function idsOf(handler: typeof listHosts, query: Filter, as = token): Promise<number[]> {
  const given = { per_page: 200, page: 0, ...query };
  const { status, body } = await request(handler, { token: as, query: given });
  expect([query, status]).toEqual([query, 200]);
  const ids: number[] = body.hosts.map(({ id }: { id: number }) => id);
  expect(body.count ?? ids.length).toBe(ids.length);
  return ids.sort((a, b) => a - b);
}

const thenAt = (at: Date, query: Filter, as = token) =>
  idsOf(listHostsThen, { as_of: at.toISOString(), ...query }, as);

/** Hosts of a team that differ in all that lists are narrowed by. */
async function insertFleet(teamId: number) {
  const mac = { teamId, osName: "macOS", osVersion: "macOS 15.1" };
  const ubuntu = { teamId, platform: "ubuntu", osName: "Ubuntu", osVersion: "24.04 LTS" } as const;
  const ids = [
    await insertHost({ ...mac, createdAt: daysAgo(5), hostname: "anna-1", hardwareSerial: "C02A" }),
    await insertHost({ ...mac, createdAt: daysAgo(4), computerName: "Änna’s Mac" }),
    await insertHost({ ...mac, osVersion: "macOS 26.0", hostname: "100%-mac" }),
    await insertHost({ ...ubuntu, createdAt: daysAgo(3), hostname: "anna-2" }),
    await insertHost({ ...ubuntu, platform: "rhel", osName: "Red Hat" }),
    await insertHost({ teamId, platform: "windows", osName: "Windows" }),
  ];
  const [first = 0, second = 0, third = 0, fourth = 0] = ids;
  const policyId = await insertPolicy({ platform: "darwin,linux" }, teamId);
  await answer(first, policyId, "pass");
  await answer(second, policyId, "fail");
  await answer(third, policyId, "error", { error: "no" });
  await answer(fourth, policyId, "fail");
  const manual = await insertManualLabel();
  await putOnList(manual, { add: [first, fourth] });
  const bySql = await insertLabel();
  await answerLabel(second, bySql.id, true);
  await answerLabel(third, bySql.id, false);
  await settle();
  return { policyId, labelIds: [manual.id, bySql.id] };
}

test("as of now, every filter of the list of now, and any two of them, leave the hosts that it has", async () => {
  const teamId = await insertTeam();
  const { policyId, labelIds } = await insertFleet(teamId);
  const states = ["pass", "fail", "error", "pending", "not_applicable"];
  const filters: Filter[] = [
    ...["anna", "C02", "%", "nobody"].map((query) => ({ query })),
    ...["darwin", "linux", "ubuntu", "windows"].map((platform) => ({ platform })),
    ...["macOS", "Red Hat"].map((os_name) => ({ os_name })),
    ...["15.1", "macOS 15.1", "24.04 LTS"].map((os_version) => ({ os_version })),
    ...["pass", "fail", "unknown"].map((verdict) => ({ verdict })),
    ...labelIds.map((label_id) => ({ label_id })),
    { status: "new" },
    ...states.map((policy_state) => ({ policy_id: policyId, policy_state })),
    ...["passing", "failing"].map((response) => ({
      policy_id: policyId,
      policy_response: response,
    })),
  ];
  const pairs = filters.flatMap((a, index) =>
    filters
      .slice(index + 1)
      .filter((b) => !Object.keys(b).some((name) => name in a))
      .map((b) => ({ ...a, ...b })),
  );
  const at = await moment();
  const sizes = new Set<number>();
  for (const filter of [{}, ...filters, ...pairs]) {
    const query = { team_id: teamId, ...filter };
    const now = await idsOf(listHosts, query);
    expect([filter, await thenAt(at, query)]).toEqual([filter, now]);
    sizes.add(now.length);
  }
  expect(sizes.size).toBeGreaterThan(4);
  // Some hundred requests, on a busy machine.
}, 120_000);

test("filters go by what hosts were then, not by what they are", async () => {
  const teamId = await insertTeam();
  const id = await insertHost({ teamId, osName: "macOS", osVersion: "macOS 15.1" });
  const before = await moment();
  const ubuntu = { platform: "ubuntu", platformFamily: "linux", osName: "Ubuntu" };
  const is = { ...ubuntu, osVersion: "24.04", osqueryVersion: "5.23.0" };
  await db.update(hosts).set(is).where(eq(hosts.id, id));
  await transaction(db, (tx) => recordHostVersions(tx, [id], new Date()));
  const after = await moment();
  const was: Filter[] = [{ platform: "darwin" }, { os_name: "macOS" }, { os_version: "15.1" }];
  const became: Filter[] = [{ platform: "linux" }, { os_name: "Ubuntu" }, { os_version: "24.04" }];
  became.push({ osquery_version: "5.23.0" });
  for (const filter of was) {
    expect(await thenAt(before, { team_id: teamId, ...filter })).toEqual([id]);
    expect(await thenAt(after, { team_id: teamId, ...filter })).toEqual([]);
  }
  for (const filter of became) {
    expect(await thenAt(before, { team_id: teamId, ...filter })).toEqual([]);
    expect(await thenAt(after, { team_id: teamId, ...filter })).toEqual([id]);
  }
});

test("a host that moved to a team within a day is new to nobody", async () => {
  const teamId = await insertTeam();
  const moved = await insertHost({ teamId: world.otherTeamId, createdAt: daysAgo(3) });
  await db.update(hosts).set({ teamId }).where(eq(hosts.id, moved));
  await transaction(db, (tx) => recordHostVersions(tx, [moved], new Date()));
  const enrolled = await insertHost({ teamId });
  const at = await moment();
  expect(await thenAt(at, { team_id: teamId })).toEqual([moved, enrolled]);
  expect(await thenAt(at, { team_id: teamId, status: "new" })).toEqual([enrolled]);
});

test("people of a team find no host and no policy of another team by any filter", async () => {
  const { otherTeamId, teamId, teamObserver } = world;
  const own = await insertHost({ teamId, hostname: "shared-name-1", osName: "Shared" });
  await insertHost({ teamId: otherTeamId, hostname: "shared-name-2", osName: "Shared" });
  await settle();
  const at = await moment();
  const found: Filter[] = [{ query: "shared-name" }, { os_name: "Shared" }];
  const narrower: Filter[] = [{}, { status: "new" }, { platform: "darwin" }, { verdict: "pass" }];
  for (const filter of found) {
    for (const more of narrower) {
      expect(await thenAt(at, { ...filter, ...more }, teamObserver.token)).toEqual([own]);
    }
  }
  const foreign = await insertPolicy({}, otherTeamId);
  const asOf = { as_of: (await moment()).toISOString() };
  const foreigners: Filter[] = [{}, { policy_response: "failing" }];
  for (const more of foreigners) {
    const query: Filter = { ...more, policy_id: foreign };
    const asked = { token: teamObserver.token, query: { ...asOf, ...query } };
    expect((await request(listHostsThen, asked)).status).toBe(404);
  }
});

test("what nobody kept of hosts is refused in words, and not left out in silence", async () => {
  const refusalOf = async (query: Filter, at: Date) => {
    const asOf = { as_of: at.toISOString(), ...query };
    const { status, body } = await request(listHostsThen, { token, query: asOf });
    return `${status} ${body.errors?.[0]?.reason}`;
  };
  const at = await moment();
  for (const status of ["online", "offline", "missing", "mia"]) {
    expect(await refusalOf({ status }, at)).toMatch(/^400 status may only be new/);
  }
  expect(await refusalOf({ status: "asleep" }, at)).toMatch(/^400 Invalid status: asleep/);
  expect(await refusalOf({ low_disk_space: 10 }, at)).toMatch(
    /^400 low_disk_space is of now alone/,
  );
  expect(await refusalOf({ order_key: "seen_time" }, at)).toMatch(/ordered by display_name alone/);
  expect(await refusalOf({ order_key: "display_name" }, at)).toMatch(/^200/);
  expect(await refusalOf({ policy_response: "passing" }, at)).toMatch(/^400 Missing policy_id/);
  expect(await refusalOf({ status: "new" }, daysAgo(29.5))).toMatch(
    /^400 status new goes by the day before/,
  );
  expect(await refusalOf({}, daysAgo(29.5))).toMatch(/^200/);
});

async function labelsAt(at: Date, id: number) {
  const query = { as_of: at.toISOString() };
  const { status, body } = await request(getHostThen, { token, params: { id }, query });
  expect(status).toBe(200);
  return body.host as Record<"labels" | "unknown_labels", { id: number; name: string }[] | null>;
}

test("a past host's labels are those it had, by the names and rules of then, deleted ones too", async () => {
  const bySql = await insertLabel();
  const manual = await insertManualLabel();
  const criteria = { vital: "os_version" as const, values: ["OS 15.1"] };
  const byVitals = await insertLabel({ criteria });
  const ofWindows = await insertLabel({ platform: "windows" });
  const id = await insertHost();
  const made = [bySql, manual, byVitals, ofWindows];
  const namesAt = async (at: Date) => {
    const { labels, unknown_labels: unknown } = await labelsAt(at, id);
    const named = (list: { id: number; name: string }[] | null) =>
      (list ?? [])
        .filter((one) => made.some((label) => label.id === one.id))
        .map((one) => one.name);
    return { members: named(labels).sort(), unknown: named(unknown) };
  };
  await putOnList(manual, { add: [id] });
  const silent = await moment();
  await answerLabel(id, bySql.id, true);
  const answered = await moment();
  const name = unique("Renamed");
  await modifyLabel(SYSTEM, manual.id, modifyLabelBody.parse({ name }));
  await deleteLabel(SYSTEM, bySql.id);
  const patch = { criteria: { vital: "os_version", values: ["OS 16"] } };
  await modifyLabel(SYSTEM, byVitals.id, modifyLabelBody.parse(patch));
  const edited = await moment();
  expect(await namesAt(silent)).toEqual({
    members: [byVitals.name, manual.name].sort(),
    unknown: [bySql.name],
  });
  expect(await namesAt(answered)).toEqual({
    members: [bySql.name, byVitals.name, manual.name].sort(),
    unknown: [],
  });
  expect(await namesAt(edited)).toEqual({ members: [name], unknown: [] });
  for (const label of made) {
    const listed = await thenAt(answered, { label_id: label.id });
    const { labels } = await labelsAt(answered, id);
    expect(listed.includes(id)).toBe(labels?.some((one) => one.id === label.id));
  }
});

test("at a moment before labels were kept, a host's labels are not known, which is not none", async () => {
  const id = await insertHost({ createdAt: daysAgo(2) });
  const full = eq(settings.name, "fullHistoryBegan");
  await db
    .update(settings)
    .set({ value: daysAgo(1).toISOString() })
    .where(full);
  expect(await labelsAt(daysAgo(1.5), id)).toMatchObject({ labels: null, unknown_labels: null });
  expect((await labelsAt(await moment(), id)).labels).toEqual([]);
  const query = { as_of: daysAgo(1.5).toISOString(), os_version: "15.1" };
  const { body } = await request(listHostsThen, { token, query });
  expect(body.errors[0].reason).toMatch(/^os_version was not kept at that moment/);
  await db
    .update(settings)
    .set({ value: daysAgo(30).toISOString() })
    .where(full);
});

import { asc } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "#db/client.ts";
import { hostAgents, hosts, hostVerdicts } from "#db/schema/hosts.ts";
import { labelMembership } from "#db/schema/labels.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { readCard, rowStateOf } from "#lib/membership/card.ts";
import { FOREVER } from "#lib/membership/host-verdicts.ts";
import { readBench } from "#lib/membership/judge.ts";
import { hasLabelRow } from "#lib/membership/known-labels.ts";
import { labelsOfCard } from "#lib/membership/label-card.ts";
import { entryCounts, policyApplies } from "#lib/membership/scope.ts";
import { exemptionOf, judgeHost } from "#lib/membership/verdict.ts";
import { rollUpPolicy } from "#lib/worker/roll-up.ts";

/**
 * Rows and verdicts are what the cards say they should be, exemptions are written where they are in
 * force, and counts are what a recount finds. Call it when nothing is under way.
 */
export async function expectConsistent(db: Database): Promise<void> {
  const { actual, expected, verdicts, policyIds } = await compare(db);
  expect(actual).toEqual(expected);
  expect(verdicts.map(([stored]) => stored)).toEqual(verdicts.map(([, judged]) => judged));
  for (const id of policyIds) expect([id, await rollUpPolicy(db, id)]).toEqual([id, 0]);
  await expectLabelRows(db);
  await expectVerdictHistory(db);
}

/** What was written down of every host ends in the verdict that it has, without a gap. */
async function expectVerdictHistory(db: Database): Promise<void> {
  const spans = await db
    .select()
    .from(hostVerdicts)
    .orderBy(asc(hostVerdicts.hostId), asc(hostVerdicts.endedAt));
  for (const host of await db.select().from(hosts)) {
    const own = spans.filter(({ hostId }) => hostId === host.id);
    const last = own.at(-1);
    expect([host.id, last?.verdict, last?.endedAt]).toEqual([host.id, host.verdict, FOREVER]);
    expect(own.slice(1).map(({ at }) => at)).toEqual(own.slice(0, -1).map((span) => span.endedAt));
  }
}

/** Hosts as scope sees them, with their cards. */
async function readHosts(db: Database) {
  const agents = new Map((await db.select().from(hostAgents)).map((row) => [row.hostId, row]));
  return (await db.select().from(hosts)).map((host) => {
    const agent = agents.get(host.id);
    const labels = labelsOfCard(agent?.labelCard ?? null);
    return { ...host, hostId: host.id, labels, card: readCard(agent?.card ?? null) };
  });
}

/** Rows, counts and verdicts as they are; rows and verdicts as the cards say they should be. */
async function compare(db: Database) {
  const [bench, rows, allHosts] = await Promise.all([
    readBench(db),
    db.select().from(policyMembership),
    readHosts(db),
  ]);
  const nowMs = Date.now();
  const revisions = new Map(bench.policies.map((policy) => [policy.id, policy.revision]));
  const actual = rows
    .filter((row) => revisions.get(row.policyId) === row.revision)
    .map((row) => `${row.hostId} ${row.policyId} ${row.state} ${row.passes}`);
  const expected = allHosts.flatMap((host) =>
    bench.policies.flatMap((policy) => {
      const entry = host.card.get(policy.id);
      if (!entry || !policyApplies(policy, host) || !entryCounts(entry, policy, host)) return [];
      const isExempt = exemptionOf(policy, host, nowMs) !== undefined;
      return [`${host.id} ${policy.id} ${rowStateOf({ ...entry, isExempt })} ${entry.passes}`];
    }),
  );
  const verdicts = allHosts.map((host) => {
    const standing = judgeHost(bench.policies, host, host.card, bench.gate, nowMs);
    return [
      `${host.id} ${host.verdict} ${host.failingPoliciesCount}`,
      `${host.id} ${standing.verdict} ${standing.failingCount}`,
    ] as const;
  });
  const policyIds = bench.policies.map((policy) => policy.id);
  return { actual: actual.sort(), expected: expected.sort(), verdicts, policyIds };
}

/** What hosts said of labels is the same in rows and on cards. */
async function expectLabelRows(db: Database): Promise<void> {
  const { labels } = await readBench(db);
  const known = new Set(labels.map(({ id }) => id));
  const rows = (await db.select().from(labelMembership))
    .filter(({ labelId }) => known.has(labelId))
    .map(({ hostId, labelId, isMember }) => `${hostId} ${labelId} ${isMember}`);
  const expected = (await readHosts(db)).flatMap((host) =>
    labels.flatMap((label) => {
      const entry = host.labels.get(label.id);
      return hasLabelRow(label, entry) ? [`${host.id} ${label.id} ${entry?.isMember}`] : [];
    }),
  );
  expect(rows.sort()).toEqual(expected.sort());
}

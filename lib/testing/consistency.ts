import { expect } from "vitest";
import type { Database } from "#db/client.ts";
import { hostAgents, hosts } from "#db/schema/hosts.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { readCard } from "#lib/membership/card.ts";
import { readBench } from "#lib/membership/judge.ts";
import { entryCounts, policyApplies } from "#lib/membership/scope.ts";
import { judgeHost } from "#lib/membership/verdict.ts";
import { rollUpPolicy } from "#lib/worker/roll-up.ts";

/**
 * Rows and verdicts are what the cards say they should be, and counts are what a recount finds.
 * Call it when nothing is under way.
 */
export async function expectConsistent(db: Database): Promise<void> {
  const { actual, expected, verdicts, policyIds } = await compare(db);
  expect(actual).toEqual(expected);
  expect(verdicts.map(([stored]) => stored)).toEqual(verdicts.map(([, judged]) => judged));
  for (const id of policyIds) expect([id, await rollUpPolicy(db, id)]).toEqual([id, 0]);
}

/** Rows, counts and verdicts as they are; rows and verdicts as the cards say they should be. */
async function compare(db: Database) {
  const [bench, rows, allHosts] = await Promise.all([
    readBench(db),
    db.select().from(policyMembership),
    db.select().from(hosts),
  ]);
  const cards = new Map(
    (await db.select().from(hostAgents)).map((row) => [row.hostId, readCard(row.card)]),
  );
  const revisions = new Map(bench.policies.map((policy) => [policy.id, policy.revision]));
  const actual = rows
    .filter((row) => revisions.get(row.policyId) === row.revision)
    .map((row) => `${row.hostId} ${row.policyId} ${row.state} ${row.passes}`);
  const expected = allHosts.flatMap((host) =>
    bench.policies.flatMap((policy) => {
      const entry = cards.get(host.id)?.get(policy.id);
      const counts = entry && policyApplies(policy, host) && entryCounts(entry, policy, host);
      return counts ? [`${host.id} ${policy.id} ${entry.state} ${entry.passes}`] : [];
    }),
  );
  const verdicts = allHosts.map((host) => {
    const card = cards.get(host.id) ?? new Map();
    const standing = judgeHost(bench.policies, host, card, bench.gate, Date.now());
    return [
      `${host.id} ${host.verdict} ${host.failingPoliciesCount}`,
      `${host.id} ${standing.verdict} ${standing.failingCount}`,
    ] as const;
  });
  const policyIds = bench.policies.map((policy) => policy.id);
  return { actual: actual.sort(), expected: expected.sort(), verdicts, policyIds };
}
